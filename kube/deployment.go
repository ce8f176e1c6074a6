package kube

import "time"

// Deployment is what fader shows of an apps/v1 Deployment. Immutable.
type Deployment struct {
	Ref             Ref
	ResourceVersion string
	Created         time.Time
	Generation      int64
	Observed        int64 // status.observedGeneration
	Paused          bool
	Replicas        Replicas
	Strategy        Strategy
	MinReady        time.Duration
	// ProgressDeadline is nil where the rollout may take for ever (unset or MaxInt32 seconds).
	ProgressDeadline *time.Duration
	Conditions       []Condition
	Revision         int64 // annotation deployment.kubernetes.io/revision; 0 where absent or garbage
	ChangeCause      string
	Containers       []Container
	Selector         string            // the selector as kubectl writes it: "app=web,tier in (a,b)"
	Labels           map[string]string // sanitised
	Manager          Manager
	// TemplateDigest is equal for two pod templates that the Deployment
	// controller takes for the same (pod-template-hash is left out).
	TemplateDigest uint64
}

// Replicas counts pods as the Deployment's spec and status do.
type Replicas struct {
	Desired   int32 // spec.replicas, 1 where unset
	Current   int32
	Updated   int32
	Ready     int32
	Available int32
	// Terminating is nil where the server does not report it.
	Terminating *int32
}

// Strategy is the update strategy, with the limits resolved for the desired replicas.
type Strategy struct {
	Type           string // "RollingUpdate" or "Recreate"
	MaxSurge       string // as written: "25%", "1"
	MaxUnavailable string
	Surge          int32 // resolved: rounded up
	Unavailable    int32 // resolved: rounded down, 1 where both came out 0
	AtMost         int32 // pods: desired + surge
	AtLeast        int32 // available pods: desired - unavailable, never below 0
}

// Condition is one of a Deployment's conditions.
type Condition struct {
	Type         string // "Available", "Progressing", "ReplicaFailure"
	Status       string // "True", "False", "Unknown"
	Reason       string
	Message      string
	Updated      time.Time
	Transitioned time.Time
}

// Container is one container of a pod template.
type Container struct {
	Name              string
	Image             string
	Init              bool
	HasReadinessProbe bool
}

// Manager is who reconciles the object and will revert a change by hand.
type Manager struct {
	Tool string // "Flux", "Argo CD", "Helm"; "" where nobody is known
	Name string // the Kustomization, Application or release
}

// Images are the images of the template's containers, init containers left out.
func (d *Deployment) Images() []string {
	var images []string
	for _, c := range d.Containers {
		if !c.Init {
			images = append(images, c.Image)
		}
	}
	return images
}

// Condition returns the condition of that type, nil where there is none.
func (d *Deployment) Condition(kind string) *Condition {
	for i := range d.Conditions {
		if d.Conditions[i].Type == kind {
			return &d.Conditions[i]
		}
	}
	return nil
}
