package kube

import "time"

// Event is a core/v1 Event on one of a rollout's objects. Immutable.
type Event struct {
	UID     string
	About   Ref // UID may be empty where the event does not carry it
	Warning bool
	Reason  string
	Message string
	Count   int32
	Last    time.Time
}
