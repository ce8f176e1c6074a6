package remedy_test

import (
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/views/remedy"

	"github.com/stretchr/testify/require"
)

func TestAdviceNamesItsKey(t *testing.T) {
	deadlock := kube.Cause{Kind: kube.CauseSurgeDeadlock, Hint: "set maxSurge 0"}
	require.Equal(t, "S: set maxSurge 0", remedy.Hint(keymap.Default(), deadlock))
	require.Equal(t, "set maxSurge 0", remedy.Hint(nil, deadlock), "without keys there is none to name")
	require.Equal(t, "S: set maxSurge 0", remedy.Hint(keymap.Default(), kube.Cause{Kind: kube.CauseVolumeDeadlock, Hint: "set maxSurge 0"}))
	require.Equal(t, "t: resume it", remedy.Hint(keymap.Default(), kube.Cause{Kind: kube.CausePaused, Hint: "resume it"}))
	require.Equal(t, "fix the image", remedy.Hint(keymap.Default(), kube.Cause{Kind: kube.CauseImagePull, Hint: "fix the image"}))
	require.Empty(t, remedy.Hint(keymap.Default(), kube.Cause{Kind: kube.CauseSurgeDeadlock}))
}
