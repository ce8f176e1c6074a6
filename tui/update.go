package tui

import (
	"time"

	"fader/kube"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
)

type (
	// snapshotMsg: the feed of that generation has something newer.
	snapshotMsg struct {
		generation int
		snapshot   *kube.Snapshot
	}
	// feedFailedMsg: the feed of that generation broke and will say nothing more.
	feedFailedMsg struct {
		generation int
		err        error
	}
	// tickMsg: a second has begun.
	tickMsg struct{ now time.Time }
	// planReadyMsg: the plan asked for by that question, or why there is none.
	planReadyMsg struct {
		question int
		plan     rollout.Plan
		notice   string
		err      error
	}
	// armMsg: the preview of that question has been on the screen long enough.
	armMsg struct{ question int }
	// executedMsg: what became of a confirmed plan.
	executedMsg struct{ receipt rollout.Receipt }
	// historyMsg: the revisions asked for by that question.
	historyMsg struct {
		question int
		target   kube.Ref
		history  rollout.History
		err      error
	}
	// namespacesMsg: the cluster's namespaces, or why they cannot be listed.
	namespacesMsg struct {
		names []string
		err   error
	}
	// warningMsg: the API server warned.
	warningMsg struct{ text string }
)

// Update takes one message. Every case is one line: what happens is elsewhere.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return m, m.take(msg)
}

func (m *Model) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg)
	case tea.MouseClickMsg:
		return m.click(msg.Mouse())
	case tea.MouseWheelMsg:
		return m.wheel(msg.Mouse())
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		m.setTheme(msg.IsDark())
	case snapshotMsg:
		return tea.Batch(m.takeSnapshot(msg), m.tellDialog(), m.observe(), m.identifyCmd())
	case coursePlannedMsg:
		return m.previewCourse(msg)
	case courseStartedMsg:
		return m.takeCourse(msg)
	case courseMsg:
		return m.takeNews(msg)
	case unfinishedMsg:
		return m.takeUnfinished(msg)
	case leftMsg:
		return m.takeLeft(msg)
	case foundMsg:
		return m.takeFound(msg)
	case searchMsg:
		return m.searchPrometheus(msg)
	case pictureMsg:
		return tea.Batch(m.takePicture(msg), m.lookOut())
	case pollerFailedMsg:
		return m.pollerFailed(msg)
	case chartMsg:
		return m.takeChart(msg)
	case feedFailedMsg:
		return m.feedFailed(msg)
	case tickMsg:
		return tea.Batch(m.tick(msg.now), m.lookOut())
	case guardPlannedMsg:
		return m.previewGuard(msg)
	case guardProposedMsg:
		return m.takeProposal(msg)
	case guardActedMsg:
		return m.takeGuardAct(msg)
	case planReadyMsg:
		return m.showPlan(msg)
	case batchReadyMsg:
		return m.showBatch(msg)
	case partMsg:
		return m.takePart(msg)
	case bulkDoneMsg:
		return m.endBulk(msg.bulk)
	case armMsg:
		return m.arm(msg)
	case executedMsg:
		return m.takeReceipt(msg.receipt)
	case historyMsg:
		return m.showHistory(msg)
	case namespacesMsg:
		return m.takeNamespaces(msg)
	case textMsg:
		return m.takeText(msg)
	case logsMsg:
		return m.takeLines(msg)
	case diffShownMsg:
		return m.takeDiff(msg)
	case settledMsg:
		return m.takeSettled(msg)
	case hookDoneMsg:
		return m.hookDone()
	case journalMsg:
		return m.takeJournal(msg)
	case connectedMsg:
		return tea.Batch(m.takeSession(msg), m.unfinishedOf(msg))
	case warningMsg:
		return m.takeWarning(msg.text)
	case loginMsg:
		return m.takeLogin(msg.login)
	case identifiedMsg:
		return m.takeIdentity(msg)
	}
	return nil
}

func (m *Model) tick(now time.Time) tea.Cmd {
	m.now = now
	m.top().page.SetNow(now)
	m.toast.expire(now)
	m.tellDialog()
	return tea.Batch(tickCmd(m.opts.Now), m.observe())
}

// tickCmd wakes at the beginning of the next second, so that ages tick together.
func tickCmd(now func() time.Time) tea.Cmd {
	return func() tea.Msg {
		time.Sleep(time.Second - time.Duration(now().Nanosecond()))
		return tickMsg{now()}
	}
}
