package traffic

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Expose writes samples in Prometheus' text format, each metric's together.
func Expose(w io.Writer, samples []Sample) error {
	var order []Metric
	byName := map[string][]Sample{}
	for _, s := range samples {
		if byName[s.Metric.Name] == nil {
			order = append(order, s.Metric)
		}
		byName[s.Metric.Name] = append(byName[s.Metric.Name], s)
	}
	out := bufio.NewWriter(w)
	for _, m := range order {
		fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", m.Name, m.Help, m.Name, m.Kind)
		for _, s := range byName[m.Name] {
			writeSample(out, s)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the series: %w", err)
	}
	return nil
}

// writeSample writes one line. A failed write is found when out is flushed.
func writeSample(out *bufio.Writer, s Sample) {
	_, _ = out.WriteString(s.Metric.Name)
	_, _ = out.WriteString(s.Suffix)
	for i, label := range s.Labels {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		_ = out.WriteByte(separator)
		_, _ = out.WriteString(label.Name)
		_, _ = out.WriteString(`="`)
		_, _ = out.WriteString(escape(label.Value))
		_ = out.WriteByte('"')
	}
	if len(s.Labels) > 0 {
		_ = out.WriteByte('}')
	}
	_ = out.WriteByte(' ')
	_, _ = out.WriteString(formatNumber(s.Value))
	_ = out.WriteByte('\n')
}

// escape keeps a label's value on its line.
func escape(value string) string {
	if !strings.ContainsAny(value, "\\\"\n") {
		return value
	}
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value)
}
