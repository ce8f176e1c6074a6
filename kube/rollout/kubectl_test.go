package rollout

import (
	"os/exec"
	"testing"

	"fader/kube"

	"github.com/stretchr/testify/require"
)

func TestKubectlLineCanBePasted(t *testing.T) {
	tests := map[string]struct {
		context string
		want    string
	}{
		"plain":        {"prod-eu", "kubectl --context prod-eu -n ml rollout pause deployment/fraud"},
		"none":         {"", "kubectl -n ml rollout pause deployment/fraud"},
		"an ARN":       {"arn:aws:eks:eu-1:1:cluster/a", "kubectl --context arn:aws:eks:eu-1:1:cluster/a -n ml rollout pause deployment/fraud"},
		"a space":      {"my cluster", "kubectl --context 'my cluster' -n ml rollout pause deployment/fraud"},
		"shell at it":  {"$(rm -rf ~)`x`;&", "kubectl --context '$(rm -rf ~)`x`;&' -n ml rollout pause deployment/fraud"},
		"a quote":      {"o'neil", `kubectl --context 'o'\''neil' -n ml rollout pause deployment/fraud`},
		"an escape":    {"a\x1b[2J'\\\u202e", `kubectl --context $'a\x1b[2J\'\\\xe2\x80\xae' -n ml rollout pause deployment/fraud`},
		"other script": {"прод", "kubectl --context 'прод' -n ml rollout pause deployment/fraud"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			line := CommandLine("kubectl", Identity{Context: test.context}, target().Namespace, "rollout", "pause", "deployment/fraud")
			require.Equal(t, test.want, line)
			require.Equal(t, kube.Clean(line), line)
		})
	}
}

func TestShellReadsBackWhatWasQuoted(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to ask")
	}
	for _, word := range []string{"", "plain", "two words", "o'neil", `back\slash`, "$(x)`y`!*?", "tab\tline\n\x1b[2J", "bad\xff'", "прод"} {
		got, err := exec.CommandContext(t.Context(), bash, "-c", "printf %s "+shellWord(word)).Output()
		require.NoError(t, err)
		require.Equal(t, word, string(got))
	}
}
