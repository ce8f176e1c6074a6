package inspect

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// externalDiff is the variable that kubectl diff reads its program from.
const externalDiff = "KUBECTL_EXTERNAL_DIFF"

// safeArgument is what kubectl lets through to the program.
var safeArgument = regexp.MustCompile(`^[a-zA-Z0-9-=]+$`)

// ExternalDiff is the operator's own program for differences, ready to run over
// two texts: KUBECTL_EXTERNAL_DIFF read as `kubectl diff` reads it (a program,
// then arguments of letters, digits, "-" and "="; others are left out). The
// command is nil where the variable is not set. Its texts are in files that only
// this user can read; remove deletes them and is never nil. Exit status 1 means
// that the texts differ.
func ExternalDiff(from, to string) (command *exec.Cmd, remove func(), err error) {
	remove = func() {}
	words := strings.Split(os.Getenv(externalDiff), " ")
	if words[0] == "" {
		return nil, remove, nil
	}
	dir, err := os.MkdirTemp("", "fader-diff-")
	if err != nil {
		return nil, remove, fmt.Errorf("make a place for the texts to compare: %w", err)
	}
	remove = func() { _ = os.RemoveAll(dir) } // nobody is left to be told
	args := []string{filepath.Join(dir, "from.yaml"), filepath.Join(dir, "to.yaml")}
	err = errors.Join(os.WriteFile(args[0], []byte(from), 0o600), os.WriteFile(args[1], []byte(to), 0o600))
	if err != nil {
		remove()
		return nil, func() {}, fmt.Errorf("write the texts to compare: %w", err)
	}
	for _, word := range words[1:] {
		if safeArgument.MatchString(word) {
			args = append(args, word)
		}
	}
	return exec.Command(words[0], args...), remove, nil
}
