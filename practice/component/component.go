package component

import (
	"errors"
	"fmt"
	"os"
	_ "time/tzdata" // CronJobs name time zones, and a small machine has no database of them

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // request metrics of client-go on /metrics
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// ErrFailed says that a server stopped with an error it has already written to its log.
var ErrFailed = errors.New("component failed")

// Run runs the server called name (its usual binary name; "kwok" and "etcd" too) with
// its own command line flags and returns when it stops. It takes over the process.
func Run(name string, args []string) error {
	// Some of them read os.Args by themselves, whatever their command was given.
	os.Args = append([]string{name}, args...)
	switch name {
	case "etcd":
		return runEtcd(args)
	case "kube-apiserver":
		return runCommand(apiserver.NewAPIServerCommand(), args)
	case "kube-controller-manager":
		return runCommand(controllermanager.NewControllerManagerCommand(), args)
	case "kube-scheduler":
		return runCommand(scheduler.NewSchedulerCommand(), args)
	case "kwok":
		return runKwok(args)
	default:
		return fmt.Errorf("unknown component %q", name)
	}
}

func runCommand(cmd *cobra.Command, args []string) error {
	cmd.SetArgs(args)
	if code := cli.Run(cmd); code != 0 {
		return ErrFailed
	}
	return nil
}
