package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"syscall"

	"go.yaml.in/yaml/v3"
)

// sizeLimit in bytes: a file that is larger is none that a person has written.
const sizeLimit = 1 << 20

// Load reads a configuration file. One that does not exist is empty. The error is
// one sentence with the file and, where it is about what is in it, the line.
func Load(path string) (Config, error) {
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{Path: path}, nil
	}
	if err != nil {
		return Config{}, err
	}
	p := &parser{path: path, config: Config{Path: path, Found: true}}
	root, err := p.document(text)
	if err != nil {
		return Config{}, err
	}
	if root != nil {
		err = p.fields(root, "", p.top())
	}
	if err == nil {
		err = p.checkKeys()
	}
	if err != nil {
		return Config{}, err
	}
	return p.config, nil
}

func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, sizeLimit+1))
	switch {
	case errors.Is(err, syscall.EISDIR):
		return nil, fmt.Errorf("the configuration %s is a directory: it has to be a file", path)
	case err != nil:
		return nil, unreadable(path, err)
	case len(text) > sizeLimit:
		return nil, fmt.Errorf("the configuration %s is larger than %d bytes: it cannot be meant", path, sizeLimit)
	}
	return text, nil
}

func unreadable(path string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		return fmt.Errorf("the configuration %s cannot be read: %w", path, cause.Err)
	}
	return fmt.Errorf("the configuration %s cannot be read: %w", path, err)
}

// document is the one YAML document of a file, nil where it is empty.
func (p *parser) document(text []byte) (*yaml.Node, error) {
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, p.malformed(err)
	}
	switch err := decoder.Decode(&more); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, p.malformed(err)
	}
	return nil, p.fail(&more, "a second document begins here: a configuration is one")
}

// malformed puts the library's error into the form of all others.
func (p *parser) malformed(err error) error {
	parts := regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`).FindStringSubmatch(err.Error())
	if parts == nil {
		return fmt.Errorf("the configuration %s is no YAML: %w", p.path, err)
	}
	line, _ := strconv.Atoi(parts[1])
	return p.fail(&yaml.Node{Line: max(line, 1)}, "this is no YAML: %s", parts[2])
}
