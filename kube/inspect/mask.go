package inspect

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mask hides credentials in an object decoded from JSON, or in a list of them,
// in place. It looks at the places where people write them by hand, at any
// depth: environment variables, command lines, the headers of probes.
func mask(value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			switch key {
			case "env", "httpHeaders":
				maskPairs(field)
			case "command", "args":
				maskWords(field)
			}
			mask(field)
		}
	case []any:
		for _, item := range value {
			mask(item)
		}
	}
}

// maskPairs masks a list of {name, value}; one with a valueFrom has no value,
// and stays the reference that it is.
func maskPairs(list any) {
	items, _ := list.([]any)
	for _, item := range items {
		pair, _ := item.(map[string]any)
		name, _ := pair["name"].(string)
		if value, ok := pair["value"].(string); ok {
			pair["value"] = maskValue(name, value)
		}
	}
}

// maskWords masks a command line: "--password=x", "--password x", "PASSWORD=x",
// and the same within a word that is a script.
func maskWords(list any) {
	words, _ := list.([]any)
	flag := ""
	for i := range words {
		word, ok := words[i].(string)
		if !ok {
			continue
		}
		words[i] = maskWord(flag, maskURLs(word))
		flag = ""
		if strings.HasPrefix(word, "-") && !strings.Contains(word, "=") {
			flag = word
		}
	}
}

// maskWord masks the word behind a flag, "" for none.
func maskWord(flag, word string) string {
	if !strings.HasPrefix(word, "-") {
		if shown := maskValue(flag, word); shown != word {
			return shown
		}
	}
	name, value, _ := strings.Cut(word, "=")
	if shown := maskValue(name, value); shown != value && !strings.ContainsAny(name, " \t\n") {
		return name + "=" + shown
	}
	return inline.ReplaceAllStringFunc(word, maskAssignment)
}

// inline is an assignment or a flag within a script: export DB_PASSWORD="x y",
// serve --token x.
var inline = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_-]*=|--?[A-Za-z][A-Za-z0-9_-]*[= ])("[^"]*"|'[^']*'|[^\s;&|]+)`)

func maskAssignment(text string) string {
	parts := inline.FindStringSubmatch(text)
	value := strings.Trim(parts[2], `"'`)
	if shown := maskValue(parts[1], value); shown != value {
		return parts[1] + shown
	}
	return text
}

// maskValue is what may be shown of a value of that name.
func maskValue(name, value string) string {
	if value == "" || reference.MatchString(value) || !isCredential(name, value) {
		return maskURLs(value)
	}
	return fmt.Sprintf("(hidden, %s)", characters(value))
}

func characters(text string) string {
	if n := utf8.RuneCountInString(text); n != 1 {
		return strconv.Itoa(n) + " characters"
	}
	return "1 character"
}

var (
	// reference to another variable, which the kubelet fills in.
	reference = regexp.MustCompile(`^\$[({]?[A-Za-z_][A-Za-z0-9_]*[)}]?$`)
	userinfo  = regexp.MustCompile(`(://[^\s/:@]*:)[^\s/@]+@`)
)

// maskURLs hides the passwords of URLs, whatever the variable is called.
func maskURLs(value string) string {
	if !strings.Contains(value, "://") {
		return value
	}
	return userinfo.ReplaceAllString(value, "${1}(hidden)@")
}

// Words of names. Endings count in words that are glued together, too ("APIKEY",
// "DBPASSWORD"): better a MONKEY taken for a key than a key for none.
var (
	credentials = []string{
		"pass", "pwd", "pat", "dsn", "auth", "authorization", "bearer", "cookie", "salt", "credential", "credentials",
	}
	endings = []string{"password", "passwd", "passphrase", "token", "secret", "key"}
	plurals = []string{"passwords", "tokens", "secrets", "keys"}
)

// isCredential judges by the name. Names that count things (MAX_TOKENS=4096) and
// names of files are let through by their values.
func isCredential(name, value string) bool {
	words := split(name)
	if len(words) == 0 || name == "PWD" || name == "OLDPWD" {
		return false
	}
	last := words[len(words)-1]
	if (last == "file" || last == "path" || last == "dir") && strings.HasPrefix(value, "/") {
		return false
	}
	return slices.ContainsFunc(words, func(word string) bool {
		if slices.Contains(plurals, word) {
			_, err := strconv.ParseFloat(value, 64)
			return err != nil
		}
		return slices.Contains(credentials, word) ||
			slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(word, ending) })
	})
}

// split takes a name apart into lower case words: "api-keyId" is api, key, id.
func split(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if lower && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
