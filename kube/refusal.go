package kube

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// refusal is what the API server, or what it asked, says against an object that a
// controller wants to create.
type refusal struct {
	kind  CauseKind
	whole string // the server's words without the name of what never came to be
	words string // the same for a line: without what the cause says already
	hint  string
	// template says that the template asks for what is refused: an older one may pass.
	template bool
}

// refused finds pods that the API server refuses to create: quotas, Pod Security,
// policies, admission webhooks.
func refused(s *situation) []Cause {
	var causes []Cause
	for _, rev := range s.Revisions {
		c := s.failure(rev)
		if c == nil {
			continue
		}
		rs := rev.ReplicaSet
		missing := rs.Desired - rs.Current
		text := fmt.Sprintf("%s%d of %d pods of %s cannot be created", s.growth(rev).prefix(), missing, rs.Desired, rev.label())
		message, since := c.Message, c.Transitioned
		switch {
		case c.Reason == "FailedDelete":
			text = fmt.Sprintf("pods of %s cannot be deleted", rev.label())
		case missing <= 0:
			continue
		default:
			message = s.newestRefusal(rs, c)
		}
		r := readRefusal(message)
		cause := r.cause(fmt.Sprintf("%s (%s): ", text, c.Reason), s.wayBackOf(rev))
		cause.About, cause.Since = rs.Ref, since
		switch {
		case c.Reason == "FailedDelete":
			cause.Kind, cause.Hint = CauseNotDeleted, ""
		case r.template && !rev.New && r.kind != CauseMissing:
			cause.Hint = "" // its template is not the Deployment's any more
		case r.kind == CauseQuota && s.growth(rev) != nil:
			cause.Severity = Attention // what there was serves, and room may come
		}
		causes = append(causes, cause)
	}
	return causes
}

// growth is the scale-up that the revision's pods are part of, nil for none.
func (s *situation) growth(rev *Revision) *scaleUp {
	if !rev.New {
		return nil
	}
	return s.scaling
}

// setRefused finds the new ReplicaSet that the API server refuses to create.
func setRefused(s *situation) []Cause {
	c := s.setRefusal()
	if c == nil {
		return nil
	}
	message := c.Message
	if _, words, found := strings.Cut(message, `replica set "`); found {
		if _, words, found = strings.Cut(words, `": `); found {
			message = words
		}
	}
	r := readRefusal(message)
	cause := r.cause("the ReplicaSet of the new template cannot be created: ", s.wayBack())
	cause.About, cause.Since = s.Deployment.Ref, c.Transitioned
	return []Cause{cause}
}

// setRefusal is what the Deployment controller says of the ReplicaSet that it cannot
// create, nil where there is one, or nothing is said. The condition keeps its first
// message, so that a newer event counts more; without a progress deadline there is
// no condition at all.
func (s *situation) setRefusal() *Condition {
	d := s.Deployment
	if s.fresh != nil || d.Paused || !d.Deleting.IsZero() {
		return nil
	}
	said := d.Condition(conditionProgressing)
	if said != nil && (said.Reason != reasonCreateError || said.Status == statusTrue) {
		said = nil
	}
	if said == nil && d.ProgressDeadline != nil {
		return nil
	}
	for _, e := range s.events { // the newest first
		if e.About.UID != d.Ref.UID || e.Reason != reasonCreateError && e.Reason != eventScaling {
			continue
		}
		if e.Reason == reasonCreateError && e.Warning && (said == nil || e.Last.After(said.Updated)) {
			return &Condition{Reason: e.Reason, Message: wholeMessage(e.Message, said), Transitioned: since(said, e)}
		}
		break
	}
	return said
}

// since when something is refused: the condition knows its beginning.
func since(c *Condition, e *Event) time.Time {
	if c != nil {
		return c.Transitioned
	}
	return e.Last
}

// wholeMessage of an event, which may be cut off where the condition has the same
// words in full.
func wholeMessage(event string, c *Condition) string {
	if head, cut := strings.CutSuffix(event, ellipsis); cut && c != nil && strings.HasPrefix(refusedWords(c.Message), refusedWords(head)) {
		return c.Message
	}
	return event
}

// failure of a ReplicaSet. The Deployment copies it from whichever has one, and
// what it says counts for the new ReplicaSet only where none has its own.
func (s *situation) failure(rev *Revision) *Condition {
	c := rev.ReplicaSet.Condition(conditionFailure)
	if c == nil && rev.New && !slices.ContainsFunc(s.Revisions, (*Revision).hasFailure) {
		c = s.Deployment.Condition(conditionFailure)
	}
	if c == nil || c.Status != statusTrue {
		return nil
	}
	return c
}

func (r *Revision) hasFailure() bool { return r.ReplicaSet.Condition(conditionFailure) != nil }

// newestRefusal is what was said last: the ReplicaSet controller sets the condition
// at its first failure, and leaves it as it is while creating goes on to fail.
func (s *situation) newestRefusal(rs *ReplicaSet, c *Condition) string {
	for _, e := range s.events { // the newest first
		if e.Warning && e.Reason == "FailedCreate" && e.isAbout(rs.Ref) && !e.Last.Before(c.Transitioned) {
			return wholeMessage(e.Message, c)
		}
	}
	return c.Message
}

// isAbout says that the event is one of that object; some events carry no UID.
func (e *Event) isAbout(ref Ref) bool {
	if e.About.UID != "" {
		return e.About.UID == ref.UID
	}
	about := e.About
	about.UID = ref.UID
	return about == ref
}

// cause of a refusal, after what cannot be done, with the undo that there is.
func (r *refusal) cause(text, undo string) Cause {
	c := Cause{
		Kind:     r.kind,
		Severity: Broken,
		Text:     text + clipMiddle(r.words, messageCells),
		Whole:    text + r.whole,
		Hint:     r.hint,
	}
	if r.template {
		c.Hint = ways(r.hint, undo)
	}
	return c
}

// refusalSigns are what refusals say, by kind; the first that applies decides. The
// words come from the admission plugins and the API server.
type refusalSign struct {
	sign     string
	kind     CauseKind
	words    func(message string) string // nil for the message itself
	hint     func(message string) string // nil for none
	template bool
}

func refusalSigns() []refusalSign {
	always := func(hint string) func(string) string { return func(string) string { return hint } }
	return []refusalSign{
		{"failed calling webhook", CauseWebhookFailed, failedCall, webhookHint, false},
		{"denied the request", CauseWebhookDenied, denial, nil, true},
		{"ValidatingAdmissionPolicy '", CausePolicy, policyDenial, nil, true},
		{"because it is being terminated", CauseDeleting, nil, nil, false},
		{"exceeded quota", CauseQuota, nil, always("raise the quota or scale something else down"), false},
		{"failed quota", CauseQuota, nil, always("set the requests and limits that the quota counts"), true},
		{"insufficient quota to match these scopes", CauseQuota, nil, nil, false},
		{"violates PodSecurity", CausePodSecurity, withoutAsides, always("change the securityContext of the template, or the namespace's pod-security level"), true},
		{"security context constraint", CausePodSecurity, nil, always("change the securityContext of the template, or let its ServiceAccount use a fitting SecurityContextConstraint"), true},
		{" usage per ", CauseLimitRange, nil, always("set requests and limits that the LimitRange allows"), true},
		{"limit to request ratio per ", CauseLimitRange, nil, always("set requests and limits that the LimitRange allows"), true},
		{"error looking up service account", CauseMissing, nil, func(m string) string { return createHint("ServiceAccount", quotedAfter(m, "serviceaccount ")) }, true},
		{"no PriorityClass with name", CauseMissing, nil, func(m string) string { return createHint("PriorityClass", wordAfter(m, "no PriorityClass with name ")) }, true},
		{`RuntimeClass "`, CauseMissing, nil, func(m string) string { return createHint("RuntimeClass", quotedAfter(m, "RuntimeClass ")) }, true},
		{" cannot create resource ", CauseForbidden, nil, nil, false},
		{" is invalid: ", CauseInvalid, nil, nil, true},
	}
}

// readRefusal makes out who refuses, and why.
func readRefusal(message string) refusal {
	r := refusal{kind: CauseNotCreated, whole: refusedWords(message)}
	r.words = r.whole
	for _, s := range refusalSigns() {
		if !strings.Contains(message, s.sign) {
			continue
		}
		r.kind, r.template = s.kind, s.template
		if s.words != nil {
			r.words = s.words(r.whole)
		}
		if s.hint != nil {
			r.hint = s.hint(r.whole)
		}
		break
	}
	return r
}

// refusedWords leaves out what was to be created: a name that never came to be.
func refusedWords(message string) string {
	message = strings.TrimPrefix(eventWords(message), "Error creating: ")
	if before, after, found := strings.Cut(message, " is forbidden: "); found && !strings.ContainsAny(before, ":") {
		return after
	}
	return message
}

// eventWords are what an event says, without what its recorder puts before the words
// where it has seen many alike.
func eventWords(message string) string {
	return strings.TrimPrefix(message, "(combined from similar events): ")
}

// failedCall leaves out the address that was called: the reason comes last in an
// error of Go.
func failedCall(message string) string {
	name := quotedAfter(message, "failed calling webhook ")
	_, reason, found := strings.Cut(message, `failed calling webhook "`+name+`": `)
	if name == "" || !found {
		return message
	}
	reason = strings.TrimPrefix(reason, "failed to call webhook: ")
	if _, after, called := strings.Cut(reason, `?timeout=`); called {
		if _, why, closed := strings.Cut(after, `": `); closed {
			reason = why
		}
	} else if rest, posted := strings.CutPrefix(reason, `Post "`); posted {
		if _, why, closed := strings.Cut(rest, `": `); closed {
			reason = why
		}
	}
	return fmt.Sprintf("webhook %s cannot be called: %s", clipMiddle(name, nameCells), reason)
}

// nameCells bounds the name of who refuses inside the words.
const nameCells = 50

// webhookHint: it has failurePolicy Fail, or nothing would be refused.
func webhookHint(message string) string {
	for _, sign := range [...]string{"x509", "certificate", "tls: "} {
		if strings.Contains(message, sign) {
			return "renew the webhook's certificate, or the caBundle of its configuration"
		}
	}
	return "bring the webhook's server back; it has failurePolicy Fail"
}

func denial(message string) string {
	name := quotedAfter(message, "admission webhook ")
	_, reason, found := strings.Cut(message, "denied the request")
	if name == "" || !found {
		return message
	}
	return fmt.Sprintf("webhook %s denies it%s", clipMiddle(name, nameCells), reason)
}

func policyDenial(message string) string {
	_, rest, found := strings.Cut(message, "ValidatingAdmissionPolicy '")
	name, rest, closed := strings.Cut(rest, "'")
	_, reason, denied := strings.Cut(rest, "denied request: ")
	if !found || !closed || !denied {
		return message
	}
	return fmt.Sprintf("policy %s denies it: %s", clipMiddle(name, nameCells), reason)
}

// withoutAsides leaves out what stands in parentheses: which container, and what to set.
func withoutAsides(message string) string {
	var kept strings.Builder
	depth := 0
	for _, r := range message {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			kept.WriteRune(r)
		}
	}
	if depth > 0 {
		return message
	}
	return strings.NewReplacer(" ,", ",", "  ", " ").Replace(strings.TrimSpace(kept.String()))
}

func createHint(kind, name string) string {
	if name == "" {
		return ""
	}
	return "create " + kind + " " + name
}

// quotedAfter is what stands in double quotes right after a sign, "" for nothing.
func quotedAfter(message, sign string) string {
	_, quoted, found := strings.Cut(message, sign+`"`)
	name, _, closed := strings.Cut(quoted, `"`)
	if !found || !closed {
		return ""
	}
	return name
}

func wordAfter(message, sign string) string {
	_, rest, _ := strings.Cut(message, sign)
	word, _, _ := strings.Cut(rest, " ")
	return word
}

// clipMiddle is clip that leaves out the middle: who speaks stands at the beginning
// of a server's words, and the reason at their end.
func clipMiddle(s string, cells int) string {
	s = clip(s, wholeCells)
	over := cellsIn(s) - cells
	if over <= 0 {
		return s
	}
	head := cells / 2
	tail := cells - head - 1
	return strings.TrimSuffix(clip(s, head+1), ellipsis) + ellipsis + lastCells(s, tail)
}

func cellsIn(s string) (n int) {
	for _, r := range s {
		n += cellsOf(r)
	}
	return n
}

// lastCells is the end of a clean line, no wider than that.
func lastCells(s string, cells int) string {
	runes := []rune(s)
	from := len(runes)
	for from > 0 && cells >= cellsOf(runes[from-1]) {
		from--
		cells -= cellsOf(runes[from])
	}
	for from < len(runes) && isMark(runes[from]) {
		from++ // a mark without its character
	}
	return string(runes[from:])
}
