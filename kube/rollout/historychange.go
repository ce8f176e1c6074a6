package rollout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fader/kube"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// changeOf says how a revision differs from the one before it in the history where
// its images do not tell: "restarted", "env LOG_LEVEL", "same as revision 3". It is
// "" where only images differ, and for the oldest revision.
func changeOf(book ledger, i int) string {
	if i+1 >= len(book) {
		return ""
	}
	this, before := plainTemplate(&book[i].set.Spec.Template), plainTemplate(&book[i+1].set.Spec.Template)
	d := &differ{}
	d.compare("", this.fields, before.fields)
	if len(d.changes) == 0 {
		if this.restarted != before.restarted {
			return "restarted"
		}
		return "same as " + book[i+1].String()
	}
	for _, older := range book[i+2:] {
		e := &differ{}
		e.compare("", plainTemplate(&older.set.Spec.Template).fields, this.fields)
		if len(e.changes) == 0 {
			return "same as " + older.String()
		}
	}
	return changeText(d.changes)
}

// templateFields is a pod template as fields, the annotation of a restart apart.
type templateFields struct {
	fields    map[string]any
	restarted string
}

func plainTemplate(t *corev1.PodTemplateSpec) templateFields {
	t = bare(t)
	restarted := t.Annotations[restartedAtAnnotation]
	delete(t.Annotations, restartedAtAnnotation)
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(t)
	if err != nil {
		return templateFields{restarted: restarted} // no template that the API server took fails to convert
	}
	return templateFields{fields, restarted}
}

// changeText names what changed beside images, each thing once: a variable by its
// name, never by its value.
func changeText(changes []Change) string {
	const most = 3
	var words, whole []string
	for _, c := range changes { // a container that is new or gone is one change
		if container, isImage := strings.CutSuffix(c.Path, ".image"); isImage && (c.Before == "" || c.After == "") {
			whole = append(whole, container)
		}
	}
	for _, c := range changes {
		for _, container := range whole {
			if strings.HasPrefix(c.Path, container+".") {
				c.Path = container
			}
		}
		if word := changeWord(c.Path); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if more := len(words) - most; more > 0 {
		words = append(words[:most], fmt.Sprintf("%d more", more))
	}
	return kube.Clean(strings.Join(words, ", "))
}

// changeWord is what people call the field of a template; "" for an image.
func changeWord(path string) string {
	path = strings.TrimSuffix(path, " (order)")
	for _, known := range []struct{ form, word string }{
		{`^spec\.(?:initC|c)ontainers\[[^]]*\]\.image$`, ""},
		{`^spec\.(?:initC|c)ontainers\[[^]]*\]\.env\[([^]]*)\]`, "env $1"},
		{`^spec\.(?:initC|c)ontainers\[([^]]*)\]\.(\w+)`, "$2 of $1"},
		{`^spec\.(?:initC|c)ontainers\[([^]]*)\]$`, "container $1"},
		{`^metadata\.(label|annotation)s(?:\[([^]]*)\]|\.(.*))$`, "$1 $2$3"},
		{`^spec\.volumes\[([^].]*)\]`, "volume $1"},
		{`^spec\.(\w+)`, "$1"},
	} {
		form := regexp.MustCompile(known.form)
		if found := form.FindStringSubmatchIndex(path); found != nil {
			return string(form.ExpandString(nil, known.word, path, found))
		}
	}
	return path
}
