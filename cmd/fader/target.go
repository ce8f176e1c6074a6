package main

import (
	"slices"
	"strings"

	"fader/kube"
)

// kindNames are the names by which kubectl knows a kind.
func kindNames() map[kube.Kind][]string {
	return map[kube.Kind][]string{
		kube.KindDeployment: {"deployment", "deployments", "deploy", "deployment.apps", "deployments.apps", "deployment.v1.apps", "deployments.v1.apps"},
		kube.KindService:    {"service", "services", "svc"},
		kube.KindPod:        {"pod", "pods", "po"},
	}
}

func namesKind(kind kube.Kind, word string) bool {
	return slices.Contains(kindNames()[kind], strings.ToLower(word))
}

// objectName takes "TYPE/NAME", or the name alone, of an object of that kind and
// returns the name.
func objectName(kind kube.Kind, arg string) (string, error) {
	word := strings.ToLower(string(kind))
	typed, name, slash := strings.Cut(arg, "/")
	if !slash {
		typed, name = word, arg
	}
	if !namesKind(kind, typed) {
		return "", usage("%q is not a %s: fader takes %s/NAME", arg, kind, word)
	}
	if name == "" || strings.Contains(name, "/") {
		return "", usage("%q names no %s: give %s/NAME", arg, kind, word)
	}
	return name, nil
}

// deploymentName takes "deployment/web", "deploy/web", "deployments.apps/web"
// or "web" and returns "web".
func deploymentName(arg string) (string, error) { return objectName(kube.KindDeployment, arg) }

// group is some objects and what is said about them: "svc/web svc/api version=green".
type group struct {
	names []string
	words []string // "version=green", "status-"
}

// groups takes arguments apart as kubectl does: objects of that kind, as TYPE/NAME
// or as TYPE and then names, and after them what is to be set.
func groups(kind kube.Kind, args []string) ([]group, error) {
	if len(args) > 1 && namesKind(kind, args[0]) && !isWord(args[1]) {
		args = args[1:] // deployment web
	}
	var out []group
	for _, arg := range args {
		last := len(out) - 1
		if isWord(arg) {
			if last < 0 {
				return nil, usage("%q is set on nothing: name a %s before it", arg, kind)
			}
			out[last].words = append(out[last].words, arg)
			continue
		}
		name, err := objectName(kind, arg)
		if err != nil {
			return nil, err
		}
		if last < 0 || len(out[last].words) > 0 {
			out, last = append(out, group{}), last+1
		}
		if slices.ContainsFunc(out, func(g group) bool { return slices.Contains(g.names, name) }) {
			return nil, usage("%q is named twice", arg)
		}
		out[last].names = append(out[last].names, name)
	}
	return out, nil
}

// isWord tells what is to be set from an object's name, which has no "=" and does
// not end in "-".
func isWord(arg string) bool { return strings.Contains(arg, "=") || strings.HasSuffix(arg, "-") }
