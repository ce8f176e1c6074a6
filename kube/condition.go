package kube

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
)

// Condition is one of a Deployment's or ReplicaSet's conditions.
type Condition struct {
	Type    string // "Available", "Progressing", "ReplicaFailure"
	Status  string // "True", "False", "Unknown"
	Reason  string
	Message string
	// Updated is zero on a ReplicaSet's conditions, which do not carry it.
	Updated      time.Time
	Transitioned time.Time
}

// Reasons of a Deployment's Progressing condition that fader acts on.
const (
	reasonAvailable = "NewReplicaSetAvailable"
	reasonTimedOut  = "ProgressDeadlineExceeded"
	reasonPaused    = "DeploymentPaused"
	reasonCreated   = "NewReplicaSetCreated"
	reasonFound     = "FoundNewReplicaSet"
)

const (
	conditionProgressing = string(appsv1.DeploymentProgressing)
	conditionFailure     = string(appsv1.DeploymentReplicaFailure)
	statusTrue           = "True"
)

func deploymentConditions(from []appsv1.DeploymentCondition) []Condition {
	if len(from) == 0 {
		return nil
	}
	conditions := make([]Condition, len(from))
	for i, c := range from {
		conditions[i] = Condition{
			Type:         Clean(string(c.Type)),
			Status:       Clean(string(c.Status)),
			Reason:       Clean(c.Reason),
			Message:      Clean(c.Message),
			Updated:      c.LastUpdateTime.Time,
			Transitioned: c.LastTransitionTime.Time,
		}
	}
	return conditions
}

func replicaSetConditions(from []appsv1.ReplicaSetCondition) []Condition {
	if len(from) == 0 {
		return nil
	}
	conditions := make([]Condition, len(from))
	for i, c := range from {
		conditions[i] = Condition{
			Type:         Clean(string(c.Type)),
			Status:       Clean(string(c.Status)),
			Reason:       Clean(c.Reason),
			Message:      Clean(c.Message),
			Transitioned: c.LastTransitionTime.Time,
		}
	}
	return conditions
}

func findCondition(conditions []Condition, kind string) *Condition {
	for i := range conditions {
		if conditions[i].Type == kind {
			return &conditions[i]
		}
	}
	return nil
}
