package pods

import (
	"cmp"

	"fader/kube"
)

// weight of a pod's need for a hand: what is broken, what is not there yet, what
// goes away, what is well, what is over.
func weight(p *kube.Pod) int {
	switch {
	case p.Finished:
		return 4
	case !p.Terminating.IsZero():
		return 2
	case p.IsReady:
		return 3
	case broken(p):
		return 0
	}
	return 1
}

func broken(p *kube.Pod) bool { return len(p.Troubles) > 0 || p.Scheduling.Failed }

func problemsFirst(a, b row) int { return cmp.Compare(weight(a.pod), weight(b.pod)) }

func byNamespace(a, b row) int { return cmp.Compare(a.pod.Ref.Namespace, b.pod.Ref.Namespace) }

func byName(a, b row) int { return cmp.Compare(a.pod.Ref.Name, b.pod.Ref.Name) }

func byRevision(a, b row) int { return cmp.Compare(b.owner.Revision, a.owner.Revision) }

func byReady(a, b row) int { return cmp.Compare(missing(b.pod), missing(a.pod)) }

func missing(p *kube.Pod) int { return p.Total - p.Ready }

func byRestarts(a, b row) int {
	return cmp.Or(cmp.Compare(b.pod.Restarts, a.pod.Restarts), b.pod.LastRestart.Compare(a.pod.LastRestart))
}

func byAge(a, b row) int { return b.pod.Created.Compare(a.pod.Created) }

func byNode(a, b row) int { return cmp.Compare(a.pod.Node, b.pod.Node) }

func byQoS(a, b row) int { return cmp.Compare(a.pod.QoS, b.pod.QoS) }

func byIP(a, b row) int { return cmp.Compare(a.pod.IP, b.pod.IP) }

func byGPU(a, b row) int { return cmp.Compare(gpus(b.pod), gpus(a.pod)) }

func byDeployment(a, b row) int {
	x, y := a.owner.Deployment, b.owner.Deployment
	return cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Name, y.Name), byRevision(a, b))
}

// gpus requested, whatever their kind.
func gpus(p *kube.Pod) int64 {
	var n int64
	for _, of := range p.GPUs {
		n += of
	}
	return n
}
