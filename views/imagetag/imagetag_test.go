package imagetag_test

import (
	"testing"

	"fader/views/imagetag"

	"github.com/stretchr/testify/require"
)

func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"web":                                 "web",
		"registry.example:5000/ml/fraud:v2.2": "fraud:v2.2",
		"registry.example:5000/ml/fraud":      "fraud",
		"web@sha256:4f1c2ab99887766":          "web@4f1c2ab",
		"web@sha256:4f":                       "web@4f",
		"web:1.2@sha256:4f1c2ab99887766":      "web:1.2",
		"web@":                                "web@",
		"a/":                                  "",
	} {
		require.Equal(t, want, imagetag.Short(in), in)
	}
}

func TestListSaysHowManyMore(t *testing.T) {
	require.Equal(t, "", imagetag.List(nil))
	require.Equal(t, "web:1", imagetag.List([]string{"x/web:1"}))
	require.Equal(t, "web:1 +2", imagetag.List([]string{"x/web:1", "b", "c"}))
}
