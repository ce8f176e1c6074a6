package component

import (
	"os"

	_ "k8s.io/client-go/plugin/pkg/client/auth" // credential plugins, as kubectl's own main has them
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

// Kubectl runs kubectl with args (without the program's name). It prints kubectl's own
// errors and leaves with kubectl's own exit code.
func Kubectl(args []string) {
	os.Args = append([]string{"kubectl"}, args...)
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
