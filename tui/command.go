package tui

import (
	"slices"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/views/form"
	"fader/views/picker"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// command is a word of the command line. The first of its words is the one that
// completion offers; the others are those that k9s and kubectl use.
type command struct {
	words []string
	help  string
	// arguments that completion offers; nil for a command without one.
	arguments func(*Model) []string
	run       func(m *Model, argument string) tea.Cmd
}

func commands() []command {
	list := []command{
		{[]string{"deployment"}, "open a Deployment", (*Model).deploymentNames, (*Model).openNamed},
		{[]string{"namespace", "ns", "namespaces"}, "change the namespace", namespaceNames, (*Model).commandNamespace},
		{[]string{"context", "ctx", "contexts"}, "change the context", (*Model).contextNames, (*Model).commandContext},
		{[]string{"all", "0"}, "all namespaces", nil, func(m *Model, _ string) tea.Cmd { return m.setNamespace(everywhere) }},
		{[]string{"help", "?"}, "the keys", nil, func(m *Model, _ string) tea.Cmd { return m.act(keymap.Help) }},
		{[]string{"quit", "q", "q!", "qa", "exit"}, "quit", nil, func(m *Model, _ string) tea.Cmd { return m.quit() }},
	}
	aliases := map[keymap.Action][]string{
		keymap.PageDeployments: {"deployments", "deploy", "dp", "deployments.apps"},
		keymap.PageReplicaSets: {"replicasets", "rs", "replicaset"},
		keymap.PagePods:        {"pods", "po", "pod"},
		keymap.PageServices:    {"services", "svc", "service", "endpoints", "ep", "endpointslices"},
		keymap.PageNodes:       {"nodes", "no", "node", "gpu"},
		keymap.PageJournal:     {"journal"},
	}
	for i := len(rootPages()) - 1; i >= 0; i-- {
		r := rootPages()[i]
		list = slices.Insert(list, 0, command{aliases[r.open], r.name + " page", namespaceNames, turnTo(r.open)})
	}
	return list
}

// turnTo opens a root page; an argument is a namespace or, for Deployments, a name.
func turnTo(a keymap.Action) func(*Model, string) tea.Cmd {
	return func(m *Model, argument string) tea.Cmd {
		if argument != "" && a == keymap.PageDeployments && !slices.Contains(m.knownNamespaces(nil), argument) {
			return m.openNamed(argument)
		}
		cmd := m.turn(a)
		if argument != "" {
			return tea.Batch(cmd, m.setNamespace(argument))
		}
		return cmd
	}
}

func namespaceNames(m *Model) []string { return m.knownNamespaces(nil) }

func (m *Model) deploymentNames() []string {
	var names []string
	for _, r := range m.snapshot.Rollouts {
		names = append(names, r.Ref().String())
	}
	return names
}

func (m *Model) contextNames() []string {
	names, _ := m.opts.Contexts() // an unreadable kubeconfig has none to offer
	return names
}

// openNamed opens a Deployment by "namespace/name" or by a name that only one has.
func (m *Model) openNamed(name string) tea.Cmd {
	var found []kube.Ref
	for _, r := range m.snapshot.Rollouts {
		if ref := r.Ref(); ref.String() == name || ref.Name == name {
			found = append(found, ref)
		}
	}
	switch {
	case name == "":
		m.say(warn, "deployment takes a name: deployment shop/web")
	case len(found) == 0:
		m.say(bad, "there is no Deployment "+kube.Clean(name)+" in this scope")
	case len(found) > 1:
		m.say(warn, found[0].String()+" and "+found[1].String()+" have that name: give the namespace too")
	default:
		return m.openRollout(found[0])
	}
	return nil
}

func (m *Model) commandNamespace(name string) tea.Cmd {
	if name == "" {
		return m.pickNamespace()
	}
	return m.setNamespace(name)
}

func (m *Model) commandContext(name string) tea.Cmd {
	if name == "" {
		return m.pickContext()
	}
	if !slices.Contains(m.contextNames(), name) {
		m.say(bad, "the kubeconfig has no context "+kube.Clean(name)+": it has "+strings.Join(m.contextNames(), ", "))
		return nil
	}
	return m.switchContext(name)
}

// commandDialog is the command line with suggestions below it.
type commandDialog struct{ view *picker.View }

func newCommandDialog(m *Model) *commandDialog {
	d := &commandDialog{picker.New("Command", nil, "")}
	d.suggest(m)
	return d
}

func (d *commandDialog) scope() keymap.Scope { return keymap.CommandLine }

func (d *commandDialog) line() *form.Line { return d.view.Line() }

// suggest offers commands, or the arguments of the command that is typed.
func (d *commandDialog) suggest(m *Model) {
	word, _, argued := strings.Cut(d.line().Value(), " ")
	var names []string
	for _, c := range commands() {
		if argued && slices.Contains(c.words, word) && c.arguments != nil {
			for _, argument := range c.arguments(m) {
				names = append(names, word+" "+argument)
			}
		}
		if !argued {
			names = append(names, c.words[0])
		}
	}
	d.view.SetNames(names, "")
	d.view.Narrow() // what matches best comes under the cursor
}

func (d *commandDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch a {
	case keymap.Cancel:
		m.abandon()
	case keymap.NextPane:
		if name, ok := d.view.Chosen(); ok {
			d.line().SetValue(name + map[bool]string{true: "", false: " "}[strings.Contains(name, " ")])
			d.suggest(m)
		}
	case keymap.Enter:
		return d.run(m)
	default:
		d.view.Handle(a)
	}
	return nil
}

// run does what is typed, or what is under the cursor where that is no command.
func (d *commandDialog) run(m *Model) tea.Cmd {
	text := d.line().Value()
	word, argument, argued := strings.Cut(strings.TrimSpace(text), " ")
	c, known := commandOf(word)
	chosen, offered := d.view.Chosen()
	if offered && (!known && notShown(word) == "" || known && argued && c.arguments != nil && !slices.Contains(c.arguments(m), argument)) {
		word, argument, _ = strings.Cut(chosen, " ")
		c, known = commandOf(word)
	}
	m.abandon()
	if says := notShown(word); !known && says != "" {
		m.say(warn, says)
		return nil
	}
	if !known {
		m.say(bad, "there is no command "+kube.Clean(word)+": try pods, services, deployment NAME, namespace NAME, context NAME")
		return nil
	}
	return c.run(m, strings.TrimSpace(argument))
}

// notShown says where to look instead of for a page that kubectl's word would
// stand for and that there is not; "" for any other word.
func notShown(word string) string {
	const pods, none = " are not shown yet; their pods are on page 3", " are not shown"
	for _, kind := range [...]struct {
		words      string
		name, says string
	}{
		{"sts statefulset statefulsets statefulsets.apps", "StatefulSets", pods},
		{"ds daemonset daemonsets daemonsets.apps", "DaemonSets", pods},
		{"job jobs jobs.batch", "Jobs", pods},
		{"cj cronjob cronjobs cronjobs.batch", "CronJobs", pods},
		{"rc replicationcontroller replicationcontrollers", "ReplicationControllers", pods},
		{"ing ingress ingresses", "Ingresses", none},
		{"cm configmap configmaps", "ConfigMaps", none},
		{"secret secrets", "Secrets", none},
		{"pv persistentvolume persistentvolumes", "PersistentVolumes", none},
		{"pvc persistentvolumeclaim persistentvolumeclaims", "PersistentVolumeClaims", none},
		{"sa serviceaccount serviceaccounts", "ServiceAccounts", none},
		{"hpa horizontalpodautoscaler horizontalpodautoscalers", "HorizontalPodAutoscalers", " have no page; a Deployment's is on its own page"},
		{"pdb poddisruptionbudget poddisruptionbudgets", "PodDisruptionBudgets", " have no page; a Deployment's are on its own page"},
		{"ev event events", "events", " have no page; open those of an object"},
	} {
		if slices.Contains(strings.Fields(kind.words), word) {
			return kind.name + kind.says
		}
	}
	return ""
}

func commandOf(word string) (command, bool) {
	for _, c := range commands() {
		if slices.Contains(c.words, word) {
			return c, true
		}
	}
	return command{}, false
}

func (d *commandDialog) typed(m *Model, msg tea.Msg) {
	d.line().Type(msg)
	d.suggest(m)
}

func (d *commandDialog) render(t theme.Theme, w, h int) []string {
	return d.view.Render(t, w, min(h, 16))
}
