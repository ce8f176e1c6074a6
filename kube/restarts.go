package kube

import (
	"fmt"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// ReadyColumn is the READY column of `kubectl get pods`: "1/2".
func (p *Pod) ReadyColumn() string { return strconv.Itoa(p.Ready) + "/" + strconv.Itoa(p.Total) }

// RestartsColumn is the RESTARTS column of `kubectl get pods` at a moment, letter
// for letter: "0", "4 (3m12s ago)".
func (p *Pod) RestartsColumn(now time.Time) string {
	if p.Restarts == 0 || p.LastRestart.IsZero() {
		return strconv.Itoa(p.Restarts)
	}
	return fmt.Sprintf("%d (%s ago)", p.Restarts, duration.HumanDuration(now.Sub(p.LastRestart)))
}
