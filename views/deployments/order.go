package deployments

import (
	"cmp"

	"fader/kube"
)

func byPhase(a, b *kube.Rollout) int { return cmp.Compare(a.Phase.Rank(), b.Phase.Rank()) }

func byNamespace(a, b *kube.Rollout) int {
	return cmp.Compare(a.Deployment.Ref.Namespace, b.Deployment.Ref.Namespace)
}

func byNamespaceAndName(a, b *kube.Rollout) int {
	return cmp.Or(byNamespace(a, b), cmp.Compare(a.Deployment.Ref.Name, b.Deployment.Ref.Name))
}

func byRevision(a, b *kube.Rollout) int {
	return cmp.Compare(b.Deployment.Revision, a.Deployment.Revision)
}

func mostMissing(a, b *kube.Rollout) int { return cmp.Compare(missing(b), missing(a)) }

// missing is how many pods are wanted and not ready.
func missing(r *kube.Rollout) int32 {
	return max(r.Deployment.Replicas.Desired-r.Deployment.Replicas.Ready, 0)
}

func leastUpdated(a, b *kube.Rollout) int { return cmp.Compare(behind(b), behind(a)) }

// behind is how many pods are not of the new revision.
func behind(r *kube.Rollout) int32 {
	return max(r.Deployment.Replicas.Desired-r.Deployment.Replicas.Updated, 0)
}

func newestFirst(a, b *kube.Rollout) int {
	return b.Deployment.Created.Compare(a.Deployment.Created)
}

func byImage(a, b *kube.Rollout) int { return cmp.Compare(imageOf(a), imageOf(b)) }

func byManager(a, b *kube.Rollout) int {
	return cmp.Compare(b.Deployment.Manager.Tool, a.Deployment.Manager.Tool)
}
