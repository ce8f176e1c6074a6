package kube

import "time"

// Autoscaler is what fader shows of an autoscaling/v2 HorizontalPodAutoscaler. Immutable.
type Autoscaler struct {
	Ref              Ref
	TargetKind       string
	TargetName       string
	Min, Max         int32
	Current, Desired int32
	// Metrics as "cpu 83% of 60%"; the current side is "?" where unknown.
	Metrics []string
	// AtMax: it wants more than Max (condition ScalingLimited, reason TooManyReplicas).
	AtMax bool
	// Blind says why it cannot scale ("FailedGetResourceMetric"), "" where it can.
	Blind     string
	LastScale time.Time
}

// Budget is what fader shows of a policy/v1 PodDisruptionBudget. Immutable.
type Budget struct {
	Ref                              Ref
	Selector                         string
	MinAvailable, MaxUnavailable     string // as written, "" where unset
	Healthy, DesiredHealthy, Allowed int32
}

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
