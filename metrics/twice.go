package metrics

import (
	"fmt"
	"strings"

	"github.com/prometheus/common/model"
)

// twicePart asks for targets that are scraped by several jobs, or stored by several
// servers: their requests are added up. Servers mark what they store by labels of any
// name. Those are seen in up, which has no label but the target's and the server's.
func (a asker) twicePart(p Preset) surveyPart {
	const job = ",job,service,endpoint"
	series := a.selector(p, p.timed())
	labels := append(p.Labels.identifying(), "instance")
	target := strings.Join(labels, ",")
	expr := "count by (" + target + ")(group by (" + target + job + ",prometheus,prometheus_replica,replica)(" + series + ")) > 1"
	if p.Labels.usual() {
		ups := "count by (" + target + job + ",container,metrics_path)(" + a.selector(p, "up") + ")"
		expr = "(" + expr + ") or (max by (" + target + ")(" + ups + ") > 1 and group by (" + target + ")(" + series + "))"
	}
	return surveyPart{expr, func(s *survey, m model.Metric, v float64) {
		if m["instance"] != "" {
			s.doubt(p, m, Doubt{Kind: ScrapedTwice, Metric: p.timed(), Value: v})
		}
	}}
}

const (
	// sameCounts of two ports of a pod: scrapes are some seconds apart.
	sameCounts = 0.9
	// enoughCounted that the counts of two processes are not the same by chance.
	enoughCounted = 100
)

// portsPart asks for pods of which several targets have counted about the same number of
// requests: a process that can be scraped on two ports. Processes of one pod that serve
// each their own requests differ, as a rule.
func (a asker) portsPart(p Preset) surveyPart {
	series := matching(a.selector(p, p.timed()), p.Labels.Pod+`!=""`)
	of := strings.Join(p.Labels.identifying(), ",")
	each := "max by (" + of + ",instance)(sum by (" + of + ",instance,job,service,endpoint,prometheus,prometheus_replica,replica)(" + series + "))"
	expr := fmt.Sprintf("count by (%s)(%s) > 1 and min by (%s)(%s) >= %g * max by (%s)(%s) and max by (%s)(%s) >= %d",
		of, each, of, each, sameCounts, of, each, of, each, enoughCounted)
	return surveyPart{expr, func(s *survey, m model.Metric, v float64) {
		s.doubt(p, m, Doubt{Kind: ScrapedOnPorts, Metric: p.timed(), Value: v})
	}}
}
