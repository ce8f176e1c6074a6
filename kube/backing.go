package kube

import (
	"cmp"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// ownManager is who writes the slices of Services with a selector.
const ownManager = "endpointslice-controller.k8s.io"

// backing is what a Backend is made of.
type backing struct {
	service *Service
	known   bool             // the slices are
	slices  []*EndpointSlice // by name
	owners  []*owner         // of the slices' endpoints, in order; nil for none in sight
	// selected says whether the selector matches pods where there are no
	// endpoints; nil where it does not matter or the pods are not known.
	selected *bool
}

func (b *backing) same(other *backing) bool {
	return b.service == other.service && b.known == other.known &&
		slices.Equal(b.slices, other.slices) && slices.Equal(b.owners, other.owners) &&
		reflect.DeepEqual(b.selected, other.selected)
}

// backendsOf all Services, nil where they are not known.
func backendsOf(o Objects, m *made, previous *Snapshot) []*Backend {
	if o.Services == nil {
		return nil
	}
	before := make(map[Ref]int, len(previous.Backends))
	for i, b := range previous.Backends {
		before[b.Service.Ref] = i
	}
	behind := make(map[Ref][]*EndpointSlice, len(o.Services))
	for _, s := range o.Slices {
		key := Ref{Namespace: s.Ref.Namespace, Name: s.Service}
		behind[key] = append(behind[key], s)
	}
	backends := make([]*Backend, len(o.Services))
	m.backings = make([]backing, len(o.Services))
	for i, s := range o.Services {
		b := backing{service: s, known: o.Slices != nil, slices: behind[Ref{Namespace: s.Ref.Namespace, Name: s.Ref.Name}]}
		at, known := before[s.Ref]
		var last *backing
		if known {
			last = &previous.made.backings[at]
		}
		b.own(o, m, last)
		m.backings[i] = b
		if known && b.same(last) {
			backends[i] = previous.Backends[at]
			continue
		}
		backends[i] = b.backend(m)
		if known && reflect.DeepEqual(backends[i], previous.Backends[at]) {
			backends[i] = previous.Backends[at]
		}
	}
	return backends
}

// own looks up whose the endpoints are, or the pods that should be endpoints.
func (b *backing) own(o Objects, m *made, last *backing) {
	n := 0
	for _, s := range b.slices {
		n += len(s.Endpoints)
	}
	if n == 0 {
		if o.Pods != nil && len(b.service.Selector) > 0 && !b.service.IsExternal() {
			b.selected = new(selectsAny(b.service, o.Pods))
		}
		return
	}
	if m.settled && last != nil && slices.Equal(b.slices, last.slices) {
		b.owners = last.owners
		return
	}
	b.owners = make([]*owner, 0, n)
	for _, s := range b.slices {
		for i := range s.Endpoints {
			b.owners = append(b.owners, m.ownerOf(s.Endpoints[i].Pod))
		}
	}
}

// selectsAny of the pods in the Service's namespace; finished ones do not count.
func selectsAny(s *Service, pods []*Pod) bool {
	for _, p := range within(pods, s.Ref.Namespace, func(p *Pod) *Ref { return &p.Ref }) {
		if !p.Finished && s.Selects(p.Labels) {
			return true
		}
	}
	return false
}

// candidate is an endpoint of a slice before duplicates are taken out.
type candidate struct {
	*Placed
	pod     string // identity of the pod, "" for none
	version string // of the slice
	missing []int  // ports of the Service that the slice does not have
}

// identity of what the endpoint is: a pod in a family, or an address.
func (c *candidate) identity() [2]string {
	if c.pod == "" {
		return [2]string{"", c.Family + " " + c.Address + " " + c.Ports}
	}
	return [2]string{c.pod, c.Family}
}

// backend is derived from what stands behind the Service.
func (b *backing) backend(m *made) *Backend {
	backend := &Backend{Service: b.service, Unknown: !b.known && !b.service.IsExternal()}
	if !backend.Unknown {
		chosen := distinct(b.candidates(m))
		backend.checkPorts(chosen)
		backend.count(chosen)
		backend.Endpoints = make([]*Placed, len(chosen))
		for i := range chosen {
			backend.Endpoints[i] = chosen[i].Placed
		}
		slices.SortFunc(backend.Endpoints, comparePlaced)
	}
	backend.Notice = backend.notice(b.selected)
	return backend
}

func (b *backing) candidates(m *made) []candidate {
	all := make([]candidate, 0, len(b.owners))
	for _, s := range b.slices {
		manager := s.ManagedBy
		if manager == ownManager {
			manager = ""
		}
		missing := b.service.missingPorts(s)
		for i := range s.Endpoints {
			e := s.Endpoints[i]
			c := candidate{Placed: &Placed{Endpoint: e, Family: s.Family, ManagedBy: manager}, pod: m.identify(e.Pod), version: s.ResourceVersion, missing: missing}
			if o := b.owners[len(all)]; o != nil {
				c.Deployment, c.Revision, c.Controller = o.deployment, o.revision, o.controller
			}
			all = append(all, c)
		}
	}
	return all
}

// distinct candidates: of those that are the same endpoint the one that knows best.
func distinct(all []candidate) []candidate {
	at := make(map[[2]string]int, len(all))
	var chosen []candidate
	for _, c := range all {
		i, known := at[c.identity()]
		switch {
		case !known:
			at[c.identity()] = len(chosen)
			chosen = append(chosen, c)
		case c.knowsBetter(&chosen[i]):
			chosen[i] = c
		}
	}
	return chosen
}

// knowsBetter of two slices the one written later: the controller writes a pod's
// present state wherever it writes it. Where versions do not tell, nobody comes
// back from termination, and one slice that says ready is enough to get traffic.
func (c *candidate) knowsBetter(than *candidate) bool {
	if order, err := resourceversion.CompareResourceVersion(c.version, than.version); err == nil && order != 0 {
		return order > 0
	}
	if c.Terminating != than.Terminating {
		return c.Terminating
	}
	if c.Ready != than.Ready {
		return c.Ready
	}
	if c.Serving != than.Serving {
		return c.Serving
	}
	return cmp.Or(strings.Compare(than.Address, c.Address), strings.Compare(than.Ports, c.Ports)) > 0
}

// checkPorts takes endpoints for not ready that the Service cannot reach. Its
// traffic goes by port: kube-proxy sends what comes for a port to the endpoints of
// the slices that have a port of that name. An endpoint with one of the ports gets
// what comes for that one, so only one without any is not ready. Clients of a headless
// Service get the addresses from DNS, whatever ports the slices have.
func (b *Backend) checkPorts(chosen []candidate) {
	if !slices.ContainsFunc(chosen, func(c candidate) bool { return len(c.missing) > 0 }) {
		return
	}
	b.Ports = countPorts(b.Service.Ports, chosen)
	texts := make([]string, len(b.Service.Ports))
	for i, p := range b.Service.Ports {
		texts[i] = p.Text()
	}
	for i := range chosen {
		c := &chosen[i]
		for _, at := range c.missing {
			c.Missing = append(c.Missing, texts[at])
		}
		if len(texts) > 0 && len(c.missing) == len(texts) && !b.Service.Headless() {
			c.NoPort = c.Ready
			c.Ready, c.Serving = false, false
		}
	}
}

// countPorts counts by pod, of whatever families; nil where every ready pod has
// all ports.
func countPorts(ports []ServicePort, chosen []candidate) []BackendPort {
	has := make(map[[2]string][]bool, len(chosen))
	for i := range chosen {
		c := &chosen[i]
		if !c.Ready {
			continue
		}
		key := c.tallyKey()
		if has[key] == nil {
			has[key] = make([]bool, len(ports))
		}
		for at := range ports {
			has[key][at] = has[key][at] || !slices.Contains(c.missing, at)
		}
	}
	counts := make([]BackendPort, len(ports))
	any := false
	for at, port := range ports {
		counts[at].Port = port
		counts[at].Known = slices.ContainsFunc(chosen, func(c candidate) bool { return !slices.Contains(c.missing, at) })
		for _, pod := range has {
			counts[at].Ready += one(pod[at])
			counts[at].Missing += one(!pod[at])
		}
		any = any || counts[at].Missing > 0
	}
	if !any {
		return nil
	}
	return counts
}

// tallyKey is what an endpoint is counted as: its pod, or itself.
func (c *candidate) tallyKey() [2]string {
	key := c.identity()
	if c.pod != "" {
		key[1] = ""
	}
	return key
}

// count the endpoints, and who backs the Service; a pod of two families once.
func (b *Backend) count(chosen []candidate) {
	type tally struct {
		ready, serving, terminating bool
		backer                      Backer // who it is of, without counts
		other                       Controller
	}
	tallies := make(map[[2]string]tally, len(chosen))
	for i := range chosen {
		c := &chosen[i]
		key := c.tallyKey()
		t := tallies[key]
		t.ready, t.serving, t.terminating = t.ready || c.Ready, t.serving || c.Serving, t.terminating || c.Terminating
		t.backer, t.other = Backer{Deployment: c.Deployment, Revision: c.Revision}, c.Controller
		tallies[key] = t
	}
	backers, others := make(map[Backer]Backer), make(map[Controller]OtherBacker)
	for _, t := range tallies {
		b.Ready += one(t.ready)
		b.Serving += one(t.serving)
		b.Terminating += one(t.terminating)
		if t.backer.Deployment != (Ref{}) {
			sum := backers[t.backer]
			backers[t.backer] = Backer{t.backer.Deployment, t.backer.Revision, sum.Ready + one(t.ready), sum.Total + 1}
			continue
		}
		sum := others[t.other]
		others[t.other] = OtherBacker{t.other, sum.Ready + one(t.ready), sum.Total + 1}
	}
	for _, backer := range backers {
		b.Backers = append(b.Backers, backer)
	}
	slices.SortFunc(b.Backers, compareBackers)
	for _, other := range others {
		b.Others = append(b.Others, other)
	}
	slices.SortFunc(b.Others, compareOthers)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// notice tells what is wrong before what is only special.
func (b *Backend) notice(selected *bool) Notice {
	s, none := b.Service, len(b.Endpoints) == 0
	switch {
	case s.IsExternal():
		return IsExternalName
	case len(s.Selector) == 0:
		return HasNoSelector
	case b.Unknown:
		return EndpointsUnknown
	case none && selected != nil && !*selected:
		return MatchesNoPod
	case b.Ready == 0 && slices.ContainsFunc(b.Endpoints, func(p *Placed) bool { return p.NoPort }):
		return MatchesNoPort
	case b.Ready == 0 && (!none || selected != nil):
		return MatchesNotReady
	case !s.Headless() && slices.ContainsFunc(b.Ports, BackendPort.Dead):
		return HasDeadPort
	case s.PublishNotReady:
		return PublishesAll
	case s.Headless():
		return IsHeadless
	}
	return NoNotice
}

func compareBackers(a, b Backer) int {
	return cmp.Or(cmp.Compare(b.Ready, a.Ready), cmp.Compare(b.Total, a.Total),
		compareRefs(&a.Deployment, &b.Deployment), cmp.Compare(b.Revision, a.Revision))
}

func compareOthers(a, b OtherBacker) int {
	return cmp.Or(cmp.Compare(b.Ready, a.Ready), cmp.Compare(b.Total, a.Total),
		strings.Compare(string(a.Controller.Kind), string(b.Controller.Kind)), strings.Compare(a.Controller.Name, b.Controller.Name))
}

func comparePlaced(a, b *Placed) int {
	return cmp.Or(one(b.Ready)-one(a.Ready), one(b.Serving)-one(a.Serving),
		compareAddresses(a.Address, b.Address), strings.Compare(a.Ports, b.Ports), strings.Compare(a.Pod.UID, b.Pod.UID))
}

// compareAddresses by number, not by letter: 10.0.0.9 before 10.0.0.10.
func compareAddresses(a, b string) int {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return cmp.Or(one(errX != nil)-one(errY != nil), strings.Compare(a, b))
	}
	return cmp.Or(x.Compare(y), strings.Compare(a, b))
}
