// What runs in the Pods of the tests: apps, clients, a proxy, a webhook.
module proxy-injector/tools/install/peer

go 1.26.0
