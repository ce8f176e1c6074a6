package main

import (
	"fmt"
	"strings"

	"fader/kube"
	"fader/kube/fade"

	"github.com/spf13/pflag"
)

func pairFlags(flags *pflag.FlagSet, f *courseFlags) {
	flags.StringVar(&f.stable, "stable", "", "the stable Deployment, where the Service has several")
	flags.StringVar(&f.canary, "canary", "", "the canary Deployment, where the Service has several")
}

func shiftFlags(flags *pflag.FlagSet, f *courseFlags) {
	pairFlags(flags, f)
	flags.StringVar(&f.to, "to", "", "replicas of the canary in the end, a number or a percentage of both together")
	flags.StringSliceVar(&f.steps, "steps", nil, "percentages on the way")
	flags.DurationVar(&f.every, "every", 0, "hold so long after each step (30s, 5m)")
}

func promoteFlags(flags *pflag.FlagSet, f *courseFlags) {
	pairFlags(flags, f)
	flags.StringVar(&f.home, "home", "1", "replicas of the canary in the end")
}

func holdFlags(flags *pflag.FlagSet, f *courseFlags) {
	flags.StringVar(&f.at, "at", "", "updated pods, a number or a percentage")
}

// checkPair reads the names of the pair.
func checkPair(f *courseFlags) (err error) {
	for flag, name := range map[string]*string{"stable": &f.stable, "canary": &f.canary} {
		if f.given(flag) {
			if *name, err = deploymentName(*name); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkShift(f *courseFlags) error {
	steps, err := percents("--steps", f.steps)
	switch {
	case err != nil:
		return err
	case f.to == "" && len(steps) == 0:
		return usage("how far? Give --to N or --to N%%, and --steps for the way")
	case f.every < 0:
		return usage("--every %s is below zero", f.every)
	case f.to == "":
		f.to = strings.TrimSpace(f.steps[len(f.steps)-1])
	}
	if _, err = newAmount("--to", f.to); err != nil {
		return err
	}
	return checkPair(f)
}

func checkPromote(f *courseFlags) error {
	if _, err := replicas("--home", f.home); err != nil {
		return err
	}
	return checkPair(f)
}

func checkHold(f *courseFlags) error {
	if !f.given("at") {
		return usage("where? Give --at N or --at N%%")
	}
	_, err := newAmount("--at", f.at)
	return err
}

// pair is the one that is meant by a Service.
func (f *courseFlags) pair(s *kube.Snapshot, service kube.Ref) (fade.Pair, error) {
	var known bool
	for _, b := range s.Backends {
		if b.Service.Ref.Namespace == service.Namespace && b.Service.Ref.Name == service.Name {
			service, known = b.Service.Ref, true
		}
	}
	switch {
	case s.Backends == nil:
		return fade.Pair{}, fmt.Errorf("the Services of namespace %s may not be read, so %s has no pair in sight", service.Namespace, service)
	case !known:
		return fade.Pair{}, fmt.Errorf("there is no Service %s in namespace %s", service.Name, service.Namespace)
	}
	for _, p := range fade.Pairs(s, service) {
		if f.canary != "" && f.canary == p.Stable.Ref().Name || f.stable != "" && f.stable == p.Canary.Ref().Name {
			p.Stable, p.Canary = p.Canary, p.Stable
		}
		if (f.stable == "" || f.stable == p.Stable.Ref().Name) && (f.canary == "" || f.canary == p.Canary.Ref().Name) {
			return p, nil
		}
	}
	return fade.Pair{}, fmt.Errorf("%s has no such pair: its selector does not select the pods of two Deployments that fit", service)
}

func makeShift(f *courseFlags, s *kube.Snapshot, service kube.Ref) (fade.Course, error) {
	p, err := f.pair(s, service)
	if err != nil {
		return fade.Course{}, err
	}
	to, err := newAmount("--to", f.to)
	if err != nil {
		return fade.Course{}, err
	}
	way, err := percents("--steps", f.steps)
	if err != nil {
		return fade.Course{}, err
	}
	if n := to.of(p.Total()); n > p.Total() {
		return fade.Course{}, fmt.Errorf("%s and %s have %d replicas together: the canary cannot have %d", p.Stable.Ref(), p.Canary.Ref().Name, p.Total(), n)
	}
	return fade.NewShift(p, fade.Steps(p.Total(), p.Canary.Deployment.Replicas.Desired, to.of(p.Total()), way), f.every), nil
}

func makePromote(f *courseFlags, s *kube.Snapshot, service kube.Ref) (fade.Course, error) {
	home, err := replicas("--home", f.home)
	if err != nil {
		return fade.Course{}, err
	}
	p, err := f.pair(s, service)
	if err != nil {
		return fade.Course{}, err
	}
	return fade.NewPromote(p, home), nil
}

func makeAbort(f *courseFlags, s *kube.Snapshot, service kube.Ref) (fade.Course, error) {
	p, err := f.pair(s, service)
	if err != nil {
		return fade.Course{}, err
	}
	return fade.NewAbort(p), nil
}

func makeHold(f *courseFlags, s *kube.Snapshot, target kube.Ref) (fade.Course, error) {
	at, err := newAmount("--at", f.at)
	if err != nil {
		return fade.Course{}, err
	}
	for _, r := range s.Rollouts {
		if r.Ref().Namespace == target.Namespace && r.Ref().Name == target.Name {
			return fade.NewHold(r, at.of(r.Deployment.Replicas.Desired)), nil
		}
	}
	return fade.Course{}, fmt.Errorf("there is no Deployment %s in namespace %s", target.Name, target.Namespace)
}
