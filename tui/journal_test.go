package tui

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

// past is a scale of shop/cart to that many replicas, minutes ago.
func (d *driver) past(minutes int, to, was int32) rollout.Receipt {
	r := d.moved("shop/cart", rollout.Scale)
	r.Started = d.now.Add(-time.Duration(minutes) * time.Minute)
	r.Plan.Title = "Scale shop/cart"
	r.Plan.Intent.Replicas = to
	r.Plan.Inverse = &rollout.Intent{Verb: rollout.Scale, Target: r.Plan.Target(), Replicas: was}
	return r
}

func TestTheJournalTakesOldMovesBack(t *testing.T) {
	d := drive(t)
	d.receipts = []rollout.Receipt{d.past(90, 6, 4)}
	d.show(cluster("shop/cart"))
	d.press("6", "u")
	require.Len(t, d.desk.planned, 1)
	require.Equal(t, rollout.Intent{Verb: rollout.Scale, Target: d.receipts[0].Plan.Target(), Replicas: 4}, d.desk.planned[0])
	d.sees("takes back: Scale shop/cart, of 2026-11-21 01:30:00", "[ Cancel ]")
	d.press("esc")

	d.receipts = append(d.receipts, d.past(80, 8, 6))
	d.press("1", "6", "j", "u")
	require.Equal(t, int32(4), d.desk.planned[1].Replicas)
	d.sees("since then: Scale shop/cart")
	d.press("esc")
	d.receipts = append(d.receipts, d.past(70, 9, 8))
	d.press("1", "6", "j", "j", "u")
	require.Equal(t, int32(4), d.desk.planned[2].Replicas)
	d.sees("since then 2 other moves on it")
}

func TestTheJournalSaysWhyThereIsNoWayBack(t *testing.T) {
	d := drive(t)
	there := d.past(60, 6, 4)
	there.Plan.Cluster = rollout.Identity{Context: "stage", Server: "https://192.0.2.1"}
	refused := d.past(50, 6, 4)
	refused.Result = rollout.Refused
	for _, c := range []struct {
		receipts []rollout.Receipt
		says     string
	}{
		{nil, "nothing is under the cursor"},
		{[]rollout.Receipt{there}, "this was done on stage and here is prod: change the context first"},
		{[]rollout.Receipt{refused}, "nothing was done, so there is nothing to take back"},
		{[]rollout.Receipt{d.past(50, 4, 6), d.past(60, 6, 4)}, "already taken back"},
	} {
		d.receipts = c.receipts
		d.show(cluster("shop/cart"))
		d.press("1", "6", "j", "u")
		d.sees(c.says)
		d.press("enter")
		if len(c.receipts) > 0 {
			d.sees("way back  none: " + c.says)
			d.press("esc", "?")
			d.sees("Keys")
			d.press("esc")
		}
	}
	require.Empty(t, d.desk.planned)
}

func TestAReceiptOpensInFull(t *testing.T) {
	d := drive(t)
	r := d.past(90, 6, 4)
	r.Outcome = &rollout.Outcome{State: rollout.Complete, Text: "scaled in 4.0s: 6 of 6 pods ready", Took: 4 * time.Second, At: d.now}
	d.receipts = []rollout.Receipt{r}
	d.show(cluster("shop/cart"))
	d.press("6")
	d.sees("✔ complete", "enter receipt", "u take back")
	d.press("enter")
	d.sees("journal: Scale shop/cart", "result    applied: applied", "outcome   complete: scaled in 4.0s: 6 of 6 pods ready", "way back  u plans it")
	d.press("esc")
	d.sees("OUTCOME")
}

func TestTheJournalShowsCourses(t *testing.T) {
	var entries rollout.Entries
	d := drive(t, func(o *Options) { o.Journal = func() (rollout.Entries, error) { return entries, nil } })
	c := fade.Course{
		ID: "c1", Kind: fade.Shift, Service: kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "front"},
		Total: 8, From: 1, Steps: []int32{4}, Began: d.now, Who: "ada", Cluster: rollout.Identity{Context: "prod"},
	}
	line := func(state rollout.CourseState, text string, c fade.Course) rollout.CourseLine {
		raw, err := json.Marshal(c)
		require.NoError(t, err)
		return rollout.CourseLine{ID: c.ID, State: state, Text: text, At: d.now, Course: raw}
	}
	entries = rollout.Entries{Courses: []rollout.CourseLine{
		line(rollout.CourseBegun, "begun", c), line(rollout.CourseLeft, "left at 2 of 8", c.TakeBack()),
		{ID: "torn", State: rollout.CourseLeft, Course: json.RawMessage(`7`)},
	}}
	d.show(cluster("shop/cart"))
	d.press("6")
	d.sees("◌ left", "shop/front", "Take back: Shift shop/front", "1 move")
	d.press("u")
	d.sees("this is a longer move: m opens what is under way or was left")
	d.press("enter")
	d.sees("state     left: left at 2 of 8", "begun", "course    c1")
}

func TestAJournalThatCannotBeRead(t *testing.T) {
	d := drive(t, func(o *Options) {
		o.Journal = func() (rollout.Entries, error) { return rollout.Entries{}, errors.New("read journal: is a directory") }
	})
	d.show(cluster("shop/cart"))
	d.press("6")
	d.sees("the journal cannot be read: read journal: is a directory")
}
