package metrics

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// ReadOptions say what is read. All have defaults.
type ReadOptions struct {
	Scope          Scope
	Presets        []Preset      // in the order in which they are taken; nil: Presets()
	Window         time.Duration // of the history; 30 min
	ScrapeInterval time.Duration // 0: found out
	NoGPUs         bool          // DCGM is not asked for
	Clock          func() time.Time
}

func (o ReadOptions) withDefaults() ReadOptions {
	if o.Presets == nil {
		o.Presets = Presets()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.Window = cmp.Or(o.Window, 30*time.Minute)
	return o
}

func (o ReadOptions) check() error {
	names := map[string]bool{}
	for _, p := range o.Presets {
		if err := p.Validate(); err != nil {
			return err
		}
		if names[p.Name] {
			return fmt.Errorf("there are two presets %q", p.Name)
		}
		names[p.Name] = true
	}
	if o.Window < time.Minute {
		return fmt.Errorf("a window of %s is too short for rates", o.Window)
	}
	return nil
}

// Read makes one picture and waits for all of it, the history included: for a
// detail over another window than the poller's. The picture is never nil; where
// there is an error it says so too.
func (c *Client) Read(ctx context.Context, o ReadOptions) (*Picture, error) {
	return read(ctx, c, o, true)
}

// Newest is Read without the history: what a command prints that nobody watches.
func (c *Client) Newest(ctx context.Context, o ReadOptions) (*Picture, error) {
	return read(ctx, c, o, false)
}

func read(ctx context.Context, src source, o ReadOptions, history bool) (*Picture, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return emptyPicture(o.Scope.normal()), err
	}
	r := newReader(src, o)
	err := r.refresh(ctx)
	for err == nil && history && !r.complete() {
		err = r.fill(ctx)
	}
	p := r.picture()
	if err != nil {
		return p.failed(err, o.Clock()), err
	}
	return p, nil
}
