package outcome

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

func outcome(state rollout.State, format string, args ...any) rollout.Outcome {
	return rollout.Outcome{State: state, Text: kube.Clean(fmt.Sprintf(format, args...))}
}

func pending(format string, args ...any) rollout.Outcome {
	return outcome(rollout.Pending, format, args...)
}

// words is a duration as it is said: "0.4s", "42s", "2m05s", "1h02m".
func words(d time.Duration) string {
	switch d = max(d, 0); {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0fs", d.Truncate(time.Second).Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
}

func readyEndpoints(n int) string {
	if n == 1 {
		return "1 ready endpoint"
	}
	return fmt.Sprintf("%d ready endpoints", n)
}

func endpoints(n int) string {
	if n == 1 {
		return "1 endpoint is"
	}
	return fmt.Sprintf("%d endpoints are", n)
}
