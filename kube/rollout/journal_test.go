package rollout

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func receipt(verb Verb, result Result, after time.Duration) Receipt {
	return Receipt{Plan: Plan{Intent: intentOf(verb)}, Result: result, Who: "ada", Started: noon().Add(after)}
}

func results(e Entries) []Result {
	var out []Result
	for _, r := range e.Receipts {
		out = append(out, r.Result)
	}
	return out
}

func TestJournalIsTheOwnersOnly(t *testing.T) {
	j := NewJournal(filepath.Join(t.TempDir(), "state", "fader", "journal.jsonl"))
	require.NoError(t, j.Record(receipt(Pause, Applied, 0)))
	file, err := os.Stat(j.Path())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), file.Mode().Perm())
	dir, err := os.Stat(filepath.Dir(j.Path()))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), dir.Mode().Perm())

	require.NoError(t, os.Chmod(j.Path(), 0o644))
	require.NoError(t, j.Record(receipt(Resume, Applied, time.Second)))
	file, err = os.Stat(j.Path())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), file.Mode().Perm(), "rights that were loosened are taken back")
}

func TestJournalTellsEachMoveOnce(t *testing.T) {
	j := NewJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	for _, r := range []Receipt{
		receipt(Pause, Sent, 0), receipt(Pause, Applied, 0),
		receipt(Scale, Sent, time.Second),   // and then fader was killed
		receipt(Undo, Sent, 2*time.Second),  // two processes at once
		receipt(Pause, Sent, 2*time.Second), //
		receipt(Pause, Conflict, 2*time.Second),
		receipt(Undo, Refused, 2*time.Second),
	} {
		require.NoError(t, j.Record(r))
	}
	entries, err := j.Read()
	require.NoError(t, err)
	require.Equal(t, []Result{Applied, Unclear, Refused, Conflict}, results(entries))
	require.Equal(t, "fader was stopped before the answer came: look at ml/fraud", entries.Receipts[1].Message)
	require.Equal(t, "ada", entries.Receipts[0].Who)
	require.Equal(t, intentOf(Pause), entries.Receipts[0].Plan.Intent)
	require.Zero(t, entries.Damaged)
}

func TestJournalSurvivesATornLine(t *testing.T) {
	j := NewJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	entries, err := j.Read()
	require.NoError(t, err)
	require.Empty(t, entries.Receipts, "none yet is no error")

	require.NoError(t, j.Record(receipt(Pause, Applied, 0)))
	require.NoError(t, j.Record(receipt(Undo, Applied, time.Second)))
	content, err := os.ReadFile(j.Path())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(j.Path(), content[:len(content)-20], 0o600))
	entries, err = j.Read()
	require.NoError(t, err)
	require.Equal(t, []Result{Applied}, results(entries))
	require.Equal(t, 1, entries.Damaged)

	require.NoError(t, j.Record(receipt(Scale, Conflict, time.Minute)))
	entries, err = j.Read()
	require.NoError(t, err)
	require.Equal(t, []Result{Applied, Conflict}, results(entries), "what comes after starts on a line of its own")
	require.Equal(t, 1, entries.Damaged)
}

func TestJournalTakesManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			j := NewJournal(path) // as another process would
			for n := range 5 {
				if err := j.Record(receipt(Pause, Applied, time.Duration(i*100+n))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	entries, err := NewJournal(path).Read()
	require.NoError(t, err)
	require.Len(t, entries.Receipts, 40)
	require.Zero(t, entries.Damaged)
}

func TestJournalThatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, NewJournal(dir).Record(receipt(Pause, Sent, 0)), "open journal")
	_, err := NewJournal(dir).Read()
	require.ErrorContains(t, err, "read journal")
}

func TestNoPrivateValueIsWritten(t *testing.T) {
	const pod = "spec.template.spec.containers[model]."
	r := receipt(Undo, Applied, 0)
	r.Plan.Patch = []byte("secret patch")
	r.Plan.Changes = []Change{
		{pod + "env[TOKEN].value", "secret-1", "secret-2"},
		{pod + "env[NEW].value", "", "secret-3"},
		{pod + "env (order)", "A, B", "B, A"},
		{pod + "args", `["--password=secret-4"]`, "[]"},
		{pod + "command", `["secret-5"]`, ""},
		{pod + "livenessProbe.httpGet.httpHeaders[Authorization].value", "secret-6", "secret-7"},
		{pod + "livenessProbe.exec.command", `["secret-8"]`, `["secret-9"]`},
		{"spec.template.spec.initContainers[x].env[A.B/C].value", "secret-0", ""},
		{pod + "image", "fraud:v5", "fraud:v4"},
	}
	line, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(line), "secret")
	require.Contains(t, string(line), `"before":"fraud:v5","after":"fraud:v4"`)
	require.Equal(t, 1, strings.Count(string(line), `"before":"","after":"(changed)"`), "that a variable is new is kept")
	require.Equal(t, "secret-1", r.Plan.Changes[0].Before, "the receipt itself is left as it is")
}

// courseLine as kube/fade writes them.
func courseLine(id string, state CourseState) CourseLine {
	return CourseLine{
		ID: id, State: state, Text: "where it is", At: noon(), Process: Process{Host: "h", PID: 7, Started: "9"},
		Course: json.RawMessage(`{"id":"` + id + `","steps":[1,2]}`),
	}
}

func TestJournalKeepsCoursesBesideReceipts(t *testing.T) {
	j := NewJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	step := receipt(Scale, Applied, 0)
	step.Course = "a"
	require.NoError(t, j.RecordCourse(courseLine("a", CourseBegun)))
	require.NoError(t, j.Record(step))
	require.NoError(t, j.RecordCourse(courseLine("b", CourseBegun)))
	require.NoError(t, j.RecordCourse(courseLine("a", CourseEnded)))
	require.NoError(t, j.Settle(step, Outcome{State: Complete}))

	entries, err := j.Read()
	require.NoError(t, err)
	require.Zero(t, entries.Damaged)
	require.Equal(t, []CourseLine{courseLine("a", CourseBegun), courseLine("b", CourseBegun), courseLine("a", CourseEnded)}, entries.Courses)
	require.Len(t, entries.Receipts, 1)
	require.Equal(t, "a", entries.Receipts[0].Course, "a receipt's course is its ID, a line's the whole of it")
	require.Equal(t, Complete, entries.Receipts[0].Outcome.State)
}

func TestATornLineOfACourseIsDamage(t *testing.T) {
	j := NewJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	require.NoError(t, j.RecordCourse(courseLine("a", CourseBegun)))
	require.NoError(t, j.RecordCourse(courseLine("a", CourseStep)))
	content, err := os.ReadFile(j.Path())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(j.Path(), content[:len(content)-20], 0o600))
	require.NoError(t, j.RecordCourse(courseLine("a", CourseLeft)))
	require.NoError(t, j.RecordCourse(CourseLine{ID: "", State: CourseBegun, Course: json.RawMessage(`{}`)}))
	entries, err := j.Read()
	require.NoError(t, err)
	require.Equal(t, []CourseLine{courseLine("a", CourseBegun), courseLine("a", CourseLeft)}, entries.Courses)
	require.Equal(t, 2, entries.Damaged, "the torn one, and one of no course")
}
