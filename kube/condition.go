package kube

import (
	"strings"
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
	reasonResumed   = "DeploymentResumed"
	reasonCreated   = "NewReplicaSetCreated"
	reasonFound     = "FoundNewReplicaSet"
	// reasonCreateError is also the reason of the event on the Deployment.
	reasonCreateError = "ReplicaSetCreateError"
)

const (
	conditionProgressing = string(appsv1.DeploymentProgressing)
	conditionFailure     = string(appsv1.DeploymentReplicaFailure)
	statusTrue           = "True"
)

// wholeCells bounds a server's own words where they are kept whole: a refusal by
// several policies is longer than the 1 000 cells of Clean.
const wholeCells = 4000

// replicaSet is the name of the ReplicaSet that a Progressing condition speaks of,
// "" where its message names none. The controller leaves a condition standing when
// the Deployment goes back to an older ReplicaSet.
func (c *Condition) replicaSet() string {
	for _, sign := range [...]string{`ReplicaSet "`, `replica set "`} {
		if _, quoted, found := strings.Cut(c.Message, sign); found {
			if name, _, closed := strings.Cut(quoted, `"`); closed {
				return name
			}
		}
	}
	return ""
}

func deploymentConditions(from []appsv1.DeploymentCondition) []Condition {
	return conditions(from, func(c appsv1.DeploymentCondition) Condition {
		return Condition{
			Type: string(c.Type), Status: string(c.Status), Reason: c.Reason, Message: c.Message,
			Updated: c.LastUpdateTime.Time, Transitioned: c.LastTransitionTime.Time,
		}
	})
}

func replicaSetConditions(from []appsv1.ReplicaSetCondition) []Condition {
	return conditions(from, func(c appsv1.ReplicaSetCondition) Condition {
		return Condition{
			Type: string(c.Type), Status: string(c.Status), Reason: c.Reason, Message: c.Message,
			Transitioned: c.LastTransitionTime.Time,
		}
	})
}

// conditions as read from an object, sanitised; nil for none.
func conditions[C any](from []C, read func(C) Condition) []Condition {
	if len(from) == 0 {
		return nil
	}
	all := make([]Condition, len(from))
	for i, c := range from {
		all[i] = read(c)
		for _, text := range [...]*string{&all[i].Type, &all[i].Status, &all[i].Reason} {
			*text = Clean(*text)
		}
		all[i].Message = clip(all[i].Message, wholeCells)
	}
	return all
}

func findCondition(conditions []Condition, kind string) *Condition {
	for i := range conditions {
		if conditions[i].Type == kind {
			return &conditions[i]
		}
	}
	return nil
}
