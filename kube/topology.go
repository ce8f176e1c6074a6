package kube

// Topology says how a rollout's pods are spread. Immutable.
type Topology struct {
	Nodes, Zones []Spread // most pods first
	// Unmet are constraints that cannot be satisfied as things are, in words:
	// "hard anti-affinity by hostname: 3 pods, 2 nodes match".
	Unmet []string
}

// Spread is the number of pods in one place.
type Spread struct {
	Name string
	Pods int
}
