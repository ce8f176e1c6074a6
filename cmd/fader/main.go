// Command fader is the mixing desk for Kubernetes rollouts. See the README.
package main

import "os"

func main() {
	os.Exit(execute(arguments(os.Args), terminal()))
}
