package main

import (
	"strings"
)

// deploymentName takes "deployment/web", "deploy/web", "deployments.apps/web"
// or "web" and returns "web".
func deploymentName(arg string) (string, error) {
	kind, name, slash := strings.Cut(arg, "/")
	if !slash {
		kind, name = "deployment", arg
	}
	switch strings.ToLower(kind) {
	case "deployment", "deployments", "deploy", "deployment.apps", "deployments.apps", "deployment.v1.apps", "deployments.v1.apps":
	default:
		return "", usage("%q is not a Deployment: fader takes deployment/NAME", arg)
	}
	if name == "" || strings.Contains(name, "/") {
		return "", usage("%q names no Deployment: give deployment/NAME", arg)
	}
	return name, nil
}
