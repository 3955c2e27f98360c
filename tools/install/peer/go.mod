// The program in the Pods of the tests: app, client, proxy, and webhook.
module proxy-injector/tools/install/peer

go 1.26.0
