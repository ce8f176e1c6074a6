package kube

// Room is how many more pods of the Deployment's template the GPU nodes have
// place for: by free GPUs of every resource it asks for, on nodes that its
// placement accepts. partial says that not every pod is in sight, so that it is
// at most that many. A template without GPUs is not limited: room is -1.
func (d *Deployment) Room(nodes []*GPUNode) (room int64, partial bool) {
	if len(d.GPUs) == 0 {
		return -1, false
	}
	for _, n := range nodes {
		if d.Placement.refusal(n.Node) != "" {
			continue
		}
		room += n.room(d.GPUs)
		partial = partial || n.Partial
	}
	return room, partial
}

// room for pods that each ask for that many GPUs.
func (n *GPUNode) room(each map[string]int64) int64 {
	fits := int64(-1)
	for name, need := range each {
		if need <= 0 {
			continue
		}
		var free int64
		for _, use := range n.Resources {
			if use.Resource == name {
				free = max(0, use.Free)
			}
		}
		if pods := free / need; fits < 0 || pods < fits {
			fits = pods
		}
	}
	return max(0, fits)
}
