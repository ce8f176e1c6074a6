package services

import (
	"fmt"
	"strings"

	"fader/kube"
	"fader/views/box"
)

// notice says what is special about a Service; "" for nothing.
func notice(b *kube.Backend) string {
	if b.Notice == kube.IsExternalName {
		return "alias of " + b.Service.ExternalName
	}
	return b.NoticeText()
}

// about says where the traffic of the Service under the cursor goes.
func (v *View) about(b *kube.Backend, w, h int) []string {
	_, _, style := v.state(b)
	if v.weight(b) < 2 {
		style = v.Ink(v.Theme().Text)
	}
	lines := v.Paragraph(b.Service.Ref.String(), v.says(b), style, w)
	if h > 1 && len(lines) >= h {
		lines = box.Shorten(lines, h-1, v.Theme().Glyphs.Ellipsis)
	}
	return append(lines, v.Facts(facts(b)))
}

func (v *View) says(b *kube.Backend) string {
	special := notice(b)
	switch {
	case b.Notice == kube.IsExternalName:
		return "ExternalName, a DNS alias of " + b.Service.ExternalName + ": it has no endpoints"
	case unserved(b):
		return special + ": its clients get no answer"
	case !v.knows(b):
		return string(kube.EndpointsUnknown)
	case elsewhere(b) && len(b.Endpoints) == 0:
		return "no selector: whoever manages it has written no endpoint"
	}
	parts := []string{fmt.Sprintf("%d ready, %d serving, %d terminating", b.Ready, b.Serving, b.Terminating)}
	switch {
	case b.Ready == 0 && b.Serving > 0:
		parts = append(parts, "only terminating endpoints still answer")
	case b.Ready == 0:
		parts = append(parts, "its clients get no answer")
	}
	if missing := b.MissingPorts(); missing != "" {
		parts = append(parts, missing)
	}
	if special != "" {
		parts = append([]string{special}, parts...)
	}
	return strings.Join(parts, "; ")
}

// facts are what kubectl shows of a Service.
func facts(b *kube.Backend) []string {
	s := b.Service
	facts := []string{kind(s)}
	if s.ClusterIP != "" && !s.Headless() {
		facts = append(facts, s.ClusterIP)
	}
	if len(s.Ports) > 0 {
		var ports []string
		for _, p := range s.Ports {
			ports = append(ports, fmt.Sprintf("%d to %s/%s", p.Port, p.Target, p.Protocol))
		}
		facts = append(facts, "port "+strings.Join(ports, ", "))
	}
	if len(s.Selector) > 0 {
		facts = append(facts, "selector "+selector(s))
	}
	return facts
}
