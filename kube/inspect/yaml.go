package inspect

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"fader/kube"
)

// YAML is the live object as YAML, every field the server has, those included
// that this client does not know. Who manages which field is folded to a line,
// credentials are masked (see the package's promises). The error is the
// client's own, wrapped.
func (i *Inspector) YAML(ctx context.Context, ref kube.Ref) (string, error) {
	where, client, err := i.find(ref)
	if err != nil {
		return "", err
	}
	raw, err := client.Get().AbsPath(where.path(ref)).SetHeader("Accept", "application/json").MaxRetries(0).Do(ctx).Raw()
	if err != nil {
		return "", fmt.Errorf("read %s: %w", ref, err)
	}
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil {
		return "", fmt.Errorf("decode %s: %w", ref, err)
	}
	mask(object)
	fold(object)
	text, err := yaml.Marshal(object)
	if err != nil {
		return "", fmt.Errorf("write %s as YAML: %w", ref, err)
	}
	return bounded(anotherUID(object, ref)+string(text), maxText), nil
}

// anotherUID is a comment for an object that is not the one that was chosen but
// a later one of the same name.
func anotherUID(object map[string]any, ref kube.Ref) string {
	metadata, _ := object["metadata"].(map[string]any)
	if uid, _ := metadata["uid"].(string); ref.UID == "" || uid == ref.UID {
		return ""
	}
	return "# deleted and made again since it was chosen: this is the new one\n"
}

// bounded is a text fit for a terminal of at most max bytes, and a line that says
// so where lines were cut.
func bounded(text string, max int) string {
	if len(text) > max {
		cut := strings.LastIndexByte(text[:max], '\n') + 1
		rest := text[cut:]
		text = text[:cut] + fmt.Sprintf("# cut here: lines: %d, bytes: %d\n", strings.Count(rest, "\n"), len(rest))
	}
	// Nothing more is cut here: a tab, which grows most, becomes eight spaces.
	return kube.CleanText(text, 8*len(text))
}
