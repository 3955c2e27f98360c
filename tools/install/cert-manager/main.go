// cert-manager runs the cert-manager controllers that the chart needs in one process: those of Certificates, their
// requests, and CA and self-signed Issuers, and the CA injector for webhook configurations. The cluster needs
// cert-manager's CRDs.
//
//	cert-manager --kubeconfig FILE
//
// The modules of the released binaries are not published. Unlike this program, those elect a leader, serve metrics, and
// include the ACME, Vault and Venafi controllers. Logs go to stderr. The exit status is 1 if a controller fails to
// start or stops.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	// Each registers its controller or its kind of issuer.
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

// The number of objects that a controller processes at a time: cert-manager's default.
const workers = 5

func main() {
	flags := flag.NewFlagSet("cert-manager", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "`file` with the address of the API server and the credentials")
	klog.InitFlags(flags)
	_ = flags.Parse(os.Args[1:]) // ExitOnError
	ctrl.SetLogger(klog.Background())
	if err := run(ctrl.SetupSignalHandler(), *kubeconfig); err != nil {
		fmt.Fprintln(os.Stderr, "cert-manager:", err)
		os.Exit(1)
	}
}

// run returns when ctx is done, or with the error of the first controller that fails to start or stops.
func run(ctx context.Context, kubeconfig string) error {
	group, ctx := errgroup.WithContext(ctx)
	contexts, err := controller.NewContextFactory(ctx, options(kubeconfig))
	if err != nil {
		return err
	}
	for name, construct := range controller.Known() {
		started, err := construct(contexts)
		if err != nil {
			return fmt.Errorf("controller %s: %w", name, err)
		}
		group.Go(func() error { return started.Run(workers, ctx) })
	}
	injector, err := caInjector(ctx, contexts)
	if err != nil {
		return fmt.Errorf("cainjector: %w", err)
	}
	group.Go(func() error { return injector.Start(ctx) })

	// The constructors above requested the informers.
	shared, err := contexts.Build()
	if err != nil {
		return err
	}
	shared.SharedInformerFactory.Start(ctx.Done())
	shared.KubeSharedInformerFactory.Start(ctx.Done())
	return group.Wait()
}

// options returns the defaults of cert-manager's controller (internal/apis/config/controller/v1alpha1/defaults.go),
// with higher client rate limits.
func options(kubeconfig string) controller.ContextOptions {
	return controller.ContextOptions{
		Kubeconfig:         kubeconfig,
		KubernetesAPIQPS:   1000,
		KubernetesAPIBurst: 1000,
		IssuerOptions:      controller.IssuerOptions{ClusterResourceNamespace: "kube-system"},
		CertificateOptions: controller.CertificateOptions{
			CopiedAnnotationPrefixes:                 []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"},
			CertificateRequestMinimumBackoffDuration: time.Hour,
			CertificateRequestMaximumBackoffDuration: 32 * time.Hour,
		},
	}
}

// caInjector writes the CA of a Certificate or Secret into webhook configurations with the annotation for it. Its name
// in the user agent becomes the field manager of what it applies.
func caInjector(ctx context.Context, contexts *controller.ContextFactory) (ctrl.Manager, error) {
	own, err := contexts.Build("cainjector")
	if err != nil {
		return nil, err
	}
	manager, err := ctrl.NewManager(own.RESTConfig, ctrl.Options{
		Scheme:  own.Scheme,
		Metrics: server.Options{BindAddress: "0"}, // disabled
		// It only watches the metadata of Secrets, and reads a Secret when it needs it.
		Client: client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},
	})
	if err != nil {
		return nil, err
	}
	return manager, cainjector.RegisterAllInjectors(ctx, manager, cainjector.SetupOptions{
		EnableCertificatesDataSource: true,
		EnabledReconcilersFor: map[string]bool{
			cainjector.MutatingWebhookConfigurationName:   true,
			cainjector.ValidatingWebhookConfigurationName: true,
		},
	})
}
