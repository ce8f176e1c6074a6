package story

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"text/template"
	"time"

	"sigs.k8s.io/yaml"
)

//go:embed data/*.yaml
var files embed.FS

// Story is what a kind of container writes.
type Story struct {
	opening []openingLine
	every   time.Duration // between two lines of the body; 0 when there is none
	body    []bodyLine
	weights int                             // sum over body
	closing map[string][]*template.Template // by the reason of the end; none for a reason that comes without warning
}

// openingLine is said once: after a time, or when a share of what the container loads is there.
type openingLine struct {
	after  time.Duration
	loaded float64
	text   *template.Template
}

type bodyLine struct {
	weight int
	text   *template.Template
}

// file is the form of a story's data.
type file struct {
	Opening []struct {
		After  string  `json:"after"`
		Loaded float64 `json:"loaded"`
		Text   string  `json:"text"`
	} `json:"opening"`
	Every string `json:"every"`
	Body  []struct {
		Weight int    `json:"weight"`
		Text   string `json:"text"`
	} `json:"body"`
	Closing map[string][]string `json:"closing"`
}

// Library holds every story, by name.
type Library map[string]*Story

// NewLibrary reads every story strictly.
func NewLibrary() (Library, error) {
	entries, err := files.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("list the stories: %w", err)
	}
	library := Library{}
	for _, entry := range entries {
		data, err := files.ReadFile(path.Join("data", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("read story %s: %w", entry.Name(), err)
		}
		story, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("parse story %s: %w", entry.Name(), err)
		}
		library[entry.Name()[:len(entry.Name())-len(path.Ext(entry.Name()))]] = story
	}
	return library, nil
}

func parse(data []byte) (*Story, error) {
	var f file
	if err := yaml.UnmarshalStrict(data, &f); err != nil {
		return nil, err
	}
	s := &Story{closing: map[string][]*template.Template{}}
	var errs []error
	text := func(text string) *template.Template {
		t, err := template.New("line").Option("missingkey=error").Parse(text)
		errs = append(errs, err)
		return t
	}
	span := func(text string) time.Duration {
		if text == "" {
			return 0
		}
		d, err := time.ParseDuration(text)
		errs = append(errs, err)
		return d
	}
	for _, line := range f.Opening {
		if line.Loaded < 0 || line.Loaded > 1 || (line.Loaded > 0) == (line.After != "") {
			errs = append(errs, fmt.Errorf("line %q needs either a time or a share of the load", line.Text))
		}
		s.opening = append(s.opening, openingLine{after: span(line.After), loaded: line.Loaded, text: text(line.Text)})
	}
	s.every = span(f.Every)
	for _, line := range f.Body {
		if line.Weight < 1 {
			errs = append(errs, fmt.Errorf("line %q has no weight", line.Text))
		}
		s.weights += line.Weight
		s.body = append(s.body, bodyLine{weight: line.Weight, text: text(line.Text)})
	}
	for reason, lines := range f.Closing {
		for _, line := range lines {
			s.closing[reason] = append(s.closing[reason], text(line))
		}
	}
	if len(s.opening) == 0 || (s.every > 0) != (len(s.body) > 0) {
		errs = append(errs, errors.New("it needs an opening, and a body exactly if it goes on"))
	}
	return s, errors.Join(errs...)
}
