package stage

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"

	"k8s.io/apimachinery/pkg/util/yaml"
	sigyaml "sigs.k8s.io/yaml"
)

//go:embed pod/*.yaml node/*.yaml
var files embed.FS

// MaxSpeed keeps delays well above the time an API call takes.
const MaxSpeed = 100

// scale is jq: it turns a duration such as 20s, 300ms or 2m, or a number of seconds,
// into one divided by the speed. What it cannot read it drops, and the Stage's own
// durationMilliseconds counts.
const scale = `(%s) | select(. != null) | tostring` +
	` | (capture("^(?<n>[0-9.]+)(?<unit>ms|s|m|h)?$")? // empty)` +
	` | (.n | tonumber) * ({"ms": 1, "s": 1000, "m": 60000, "h": 3600000}[.unit // "s"]) / %v` +
	` | floor | tostring + "ms"`

// ValidSpeed says in one sentence what is wrong with a speed.
func ValidSpeed(speed float64) error {
	if math.IsNaN(speed) || speed <= 0 || speed > MaxSpeed {
		return fmt.Errorf("--speed must be above 0 and at most %d, not %v", MaxSpeed, speed)
	}
	return nil
}

// kubeletPort stands in the templates of nodes for the port of their kubelet.
const kubeletPort = "{{ KubeletPort }}"

// Render returns every Stage as one YAML stream, with each delay divided by speed. Nodes
// say that their kubelet listens on port.
func Render(speed float64, port int) ([]byte, error) {
	if err := ValidSpeed(speed); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if err := renderFile(&out, path, speed, port); err != nil {
			return fmt.Errorf("render stage %s: %w", path, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func renderFile(out *bytes.Buffer, path string, speed float64, port int) error {
	data, err := files.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	data = bytes.ReplaceAll(data, []byte(kubeletPort), []byte(strconv.Itoa(port)))
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), len(data))
	for {
		var document map[string]any
		if err := documents.Decode(&document); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("parse it: %w", err)
		}
		if len(document) == 0 {
			continue
		}
		scaleDelay(document, speed)
		respectHandsOff(document)
		rendered, err := sigyaml.Marshal(document)
		if err != nil {
			return fmt.Errorf("write it: %w", err)
		}
		out.WriteString("---\n")
		out.Write(rendered)
	}
}

// scaleDelay divides the delay of a Stage document by speed, in place.
func scaleDelay(document map[string]any, speed float64) {
	// Nodes keep their own time: their leases are real and are measured by a real controller.
	spec, _ := document["spec"].(map[string]any)
	if ref, _ := spec["resourceRef"].(map[string]any); ref["kind"] == "Node" {
		return
	}
	delay, _ := spec["delay"].(map[string]any)
	for _, key := range []string{"durationMilliseconds", "jitterDurationMilliseconds"} {
		if value, ok := number(delay[key]); ok {
			delay[key] = int64(value / speed)
		}
	}
	for _, key := range []string{"durationFrom", "jitterDurationFrom"} {
		from, _ := delay[key].(map[string]any)
		if expression, ok := from["expressionFrom"].(string); ok {
			from["expressionFrom"] = fmt.Sprintf(scale, expression, speed)
		}
	}
}

// respectHandsOff keeps a Stage away from pods with the annotation practice.fader/hands-off.
func respectHandsOff(document map[string]any) {
	spec, _ := document["spec"].(map[string]any)
	if ref, _ := spec["resourceRef"].(map[string]any); ref["kind"] != "Pod" {
		return
	}
	selector, _ := spec["selector"].(map[string]any)
	expressions, _ := selector["matchExpressions"].([]any)
	selector["matchExpressions"] = append(expressions, map[string]any{
		"key": `.metadata.annotations["practice.fader/hands-off"]`, "operator": "DoesNotExist",
	})
}

func number(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	default:
		return 0, false
	}
}
