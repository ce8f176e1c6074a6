package kube

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Event is a core/v1 Event on one of a rollout's objects. Immutable.
type Event struct {
	UID   string
	About Ref // UID may be empty where the event does not carry it
	// Container that a pod's event is about; "" where it names none.
	Container string
	Warning   bool
	Reason    string
	Message   string
	Count     int32 // how often it was seen, at least 1
	Last      time.Time
}

// combined is what client-go's recorder puts before the message of events that it adds
// up: they are still the same event.
const combined = "(combined from similar events): "

// NewEvent reads an event, of either the old way of writing them (count,
// lastTimestamp) or the new one (series, eventTime).
func NewEvent(e *corev1.Event) *Event {
	about := e.InvolvedObject
	event := &Event{
		UID:       string(e.UID),
		About:     Ref{Kind: Kind(Clean(about.Kind)), Namespace: Clean(about.Namespace), Name: Clean(about.Name), UID: string(about.UID)},
		Container: containerOf(about.FieldPath),
		Warning:   e.Type == corev1.EventTypeWarning,
		Reason:    Clean(e.Reason),
		Message:   Clean(strings.TrimPrefix(e.Message, combined)),
		Count:     max(1, e.Count),
		Last:      e.CreationTimestamp.Time,
	}
	if e.Series != nil {
		event.Count = max(1, e.Series.Count)
	}
	for _, t := range eventTimes(e) {
		if !t.IsZero() {
			event.Last = t
			break
		}
	}
	return event
}

// Topic is what the event says of its object, alike for those of which only the
// newest counts; "" for one that no cause rests on.
func (e *Event) Topic() string {
	switch e.Reason {
	case "Pulling", "Pulled":
		return "Pulling"
	case "Killing", "SuccessfulAttachVolume", "TriggeredScaleUp", "NotTriggerScaleUp", "Nominated":
		return e.Reason
	case eventScaling:
		return scalingTopic(e.Message)
	}
	if !e.Warning {
		return ""
	}
	word, _, _ := strings.Cut(e.Message, " ")
	return e.Reason + " " + word
}

// eventTimes are the moments an event was last seen at, the best first.
func eventTimes(e *corev1.Event) [4]time.Time {
	var series time.Time
	if e.Series != nil {
		series = e.Series.LastObservedTime.Time
	}
	return [4]time.Time{series, e.LastTimestamp.Time, e.EventTime.Time, e.FirstTimestamp.Time}
}

// containerOf an involved object's field: "spec.initContainers{load}" is "load".
func containerOf(field string) string {
	if _, name, found := strings.Cut(field, "ontainers{"); found {
		return Clean(strings.TrimSuffix(name, "}"))
	}
	return ""
}
