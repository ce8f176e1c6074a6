package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestNewEvent(t *testing.T) {
	about := corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "web-1", UID: "p"}
	old := &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{UID: "e", CreationTimestamp: at(1)}, InvolvedObject: about, Type: "Warning",
		Reason: "Unhealthy", Message: "Readiness probe failed:\nstatus \x1b[31m503", Count: 4, FirstTimestamp: at(1), LastTimestamp: at(9),
	}
	require.Equal(t, &Event{
		UID: "e", About: Ref{KindPod, "shop", "web-1", "p"}, Warning: true, Reason: "Unhealthy",
		Message: "Readiness probe failed: status 503", Count: 4, Last: at(9).Time,
	}, NewEvent(old))

	series := &corev1.Event{EventTime: metav1.NewMicroTime(at(2).Time), Series: &corev1.EventSeries{Count: 7, LastObservedTime: metav1.NewMicroTime(at(8).Time)}}
	require.EqualValues(t, 7, NewEvent(series).Count)
	require.Equal(t, at(8).Time, NewEvent(series).Last)
	series.Series = nil
	require.EqualValues(t, 1, NewEvent(series).Count, "seen once")
	require.Equal(t, at(2).Time, NewEvent(series).Last)
	require.Equal(t, at(3).Time, NewEvent(&corev1.Event{ObjectMeta: metav1.ObjectMeta{CreationTimestamp: at(3)}}).Last)
}

// A recorder that adds up events writes so before the message of the latest.
func TestCombinedEventsSayTheSame(t *testing.T) {
	e := NewEvent(&corev1.Event{Message: `(combined from similar events): Error creating: pods "web-1" is forbidden: exceeded quota: compute`})
	require.Equal(t, `Error creating: pods "web-1" is forbidden: exceeded quota: compute`, e.Message)
}

// TestTopic: of those that say the same of one object the newest is enough.
func TestTopic(t *testing.T) {
	topic := func(kind, reason, message string) string {
		return NewEvent(&corev1.Event{Type: kind, Reason: reason, Message: message}).Topic()
	}
	scaled := func(message string) string { return topic("Normal", eventScaling, message) }
	up := scaled("Scaled up replica set web-5 from 3 to 8")
	require.NotEmpty(t, up)
	require.Equal(t, up, scaled("Scaled up replica set web-5 from 8 to 12"))
	for name, other := range map[string]string{
		"another ReplicaSet": scaled("Scaled up replica set web-4 from 3 to 8"),
		"down":               scaled("Scaled down replica set web-5 from 8 to 3"),
		"from nothing":       scaled("Scaled up replica set web-5 from 0 to 3"),
		"a warning":          topic("Warning", "FailedCreate", "Error creating: no"),
	} {
		require.NotEmpty(t, other, name)
		require.NotEqual(t, up, other, name)
	}
	require.Empty(t, scaled("Scaled it"))
	require.Empty(t, topic("Normal", "Scheduled", "Successfully assigned shop/web-5 to n1"))
}
