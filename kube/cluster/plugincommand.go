package cluster

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	clientauthentication "k8s.io/client-go/pkg/apis/clientauthentication/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/yaml"

	"fader/kube"
)

const (
	execInfo = "KUBERNETES_EXEC_INFO"
	// maxAnswer bounds a plugin's answer, in bytes.
	maxAnswer = 1 << 20
	// pluginLines and pluginWidth bound what is kept of a run's stderr: lines, and
	// runes of one. The rest is read and dropped.
	pluginLines = 40
	pluginWidth = 2000
	// pluginEnd is how long a plugin has to end after it was asked to, and its
	// children to close its output after it ended.
	pluginEnd = 500 * time.Millisecond
	// promptPause is how long an unfinished line waits for its end before it is
	// passed on: a question has none.
	promptPause = 300 * time.Millisecond
)

// command is how a plugin is run.
type command struct {
	path, hint string
	args       []string
	env        []string
	version    string // apiVersion of question and answer
	cluster    *clientauthentication.Cluster
	mode       api.ExecInteractiveMode
	// keyboard: a plugin may have the terminal, as far as its mode says so.
	keyboard bool
	stdin    *os.File
	isTerm   func() bool
}

func newCommand(config *rest.Config, o Options) (command, error) {
	e := config.ExecProvider
	if p := e.PluginPolicy.PolicyType; p != "" && p != api.PluginPolicyAllowAll {
		return command{}, fmt.Errorf("the policy on credential plugins is %q, which fader does not know: it runs none", kube.Clean(string(p)))
	}
	if e.APIVersion != "client.authentication.k8s.io/v1" && e.APIVersion != "client.authentication.k8s.io/v1beta1" {
		return command{}, fmt.Errorf("the credential plugin %s wants apiVersion %q: client.authentication.k8s.io/v1 and v1beta1 are known; renew the kubeconfig", pluginName(e), kube.Clean(e.APIVersion))
	}
	c := command{
		path: filepath.Clean(e.Command), hint: shorten(e.InstallHint), args: e.Args, version: e.APIVersion,
		mode: e.InteractiveMode, keyboard: o.Interactive, stdin: os.Stdin,
		isTerm: func() bool { return term.IsTerminal(int(os.Stdin.Fd())) },
	}
	for _, v := range e.Env {
		c.env = append(c.env, v.Name+"="+v.Value)
	}
	if !e.ProvideClusterInfo {
		return c, nil
	}
	about, err := rest.ConfigToExecCluster(config)
	if err != nil {
		return command{}, err
	}
	c.cluster = &clientauthentication.Cluster{
		Server: about.Server, TLSServerName: about.TLSServerName, InsecureSkipTLSVerify: about.InsecureSkipTLSVerify,
		CertificateAuthorityData: about.CertificateAuthorityData, ProxyURL: about.ProxyURL,
		DisableCompression: about.DisableCompression, Config: apiruntime.RawExtension{Object: about.Config},
	}
	return c, nil
}

// interactive says whether the plugin gets the keyboard, or why it cannot run.
func (c command) interactive() (bool, error) {
	possible := c.keyboard && c.isTerm()
	switch c.mode {
	case api.NeverExecInteractiveMode:
		return false, nil
	case api.IfAvailableExecInteractiveMode:
		return possible, nil
	case api.AlwaysExecInteractiveMode:
		if !possible {
			return false, &PluginError{kind: pluginAsks}
		}
		return true, nil
	}
	return false, &PluginError{kind: pluginBroken, detail: fmt.Sprintf("its interactiveMode %q is unknown", kube.Clean(string(c.mode)))}
}

// run the plugin once. heard gets each line of its stderr, sanitised. The error is
// a *PluginError, as yet without the plugin's name, or the context's.
func (c command) run(ctx context.Context, heard func(string)) (*credentials, error) {
	interactive, err := c.interactive()
	if err != nil {
		return nil, err
	}
	info, err := json.Marshal(clientauthentication.ExecCredential{
		TypeMeta: metav1.TypeMeta{APIVersion: c.version, Kind: "ExecCredential"},
		Spec:     clientauthentication.ExecCredentialSpec{Interactive: interactive, Cluster: c.cluster},
	})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", execInfo, err)
	}
	run := exec.CommandContext(ctx, c.path, c.args...)
	run.Env = append(append(os.Environ(), c.env...), execInfo+"="+string(info))
	answer := &bounded{left: maxAnswer}
	said := newHearing(heard)
	defer said.close()
	run.Stdout, run.Stderr = answer, said
	if interactive {
		run.Stdin = c.stdin
	}
	ownProcess(run, interactive)
	run.WaitDelay = pluginEnd
	// The kernel ends a plugin when the thread that started it ends: stay on it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := run.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return nil, c.failure(ctx, err)
	}
	return c.read(answer.text.Bytes())
}

// failure is why a plugin could not be run, or failed.
func (c command) failure(ctx context.Context, err error) error {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return &PluginError{kind: pluginFailed, detail: strconv.Itoa(exit.ExitCode())}
	case errors.As(err, &exit):
		return &PluginError{kind: pluginBroken, detail: "it was ended by a signal (" + exit.ProcessState.String() + ")"}
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return &PluginError{kind: pluginMissing, detail: c.hint}
	}
	return &PluginError{kind: pluginBroken, detail: shorten(err.Error())}
}

// read the plugin's answer. No sentence quotes it: it is a secret.
func (c command) read(answer []byte) (*credentials, error) {
	garbled := func(why string) error { return &PluginError{kind: pluginGarbles, detail: why} }
	var got clientauthentication.ExecCredential
	if len(bytes.TrimSpace(answer)) == 0 {
		return nil, garbled("it answered with nothing")
	}
	if err := yaml.Unmarshal(answer, &got); err != nil || got.Kind != "ExecCredential" {
		return nil, garbled("its answer is not an ExecCredential")
	}
	if got.APIVersion != c.version {
		return nil, garbled(fmt.Sprintf("it answered with apiVersion %s and the kubeconfig wants %s", shorten(got.APIVersion), c.version))
	}
	s := got.Status
	if s == nil || s.Token == "" && s.ClientCertificateData == "" && s.ClientKeyData == "" {
		return nil, garbled("its answer holds neither a token nor a certificate")
	}
	if (s.ClientCertificateData == "") != (s.ClientKeyData == "") {
		return nil, garbled("its answer holds a certificate without its key, or a key without its certificate")
	}
	out := &credentials{token: s.Token}
	if s.ExpirationTimestamp != nil {
		out.expires = s.ExpirationTimestamp.Time
	}
	if s.ClientCertificateData == "" {
		return out, nil
	}
	pair, err := tls.X509KeyPair([]byte(s.ClientCertificateData), []byte(s.ClientKeyData))
	if err == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	if err != nil {
		return nil, garbled("the certificate in its answer cannot be used: " + shorten(err.Error()))
	}
	out.certificate = &pair
	return out, nil
}

// bounded keeps the beginning of what is written to it and takes the rest as well.
type bounded struct {
	text bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.left -= n
	b.text.Write(p[:n])
	return len(p), nil
}

// hearing cuts a plugin's stderr into lines that can be shown. It never blocks the
// plugin.
type hearing struct {
	pieces chan []byte
	ended  chan struct{}
}

func newHearing(heard func(string)) *hearing {
	h := &hearing{pieces: make(chan []byte), ended: make(chan struct{})}
	go func() {
		defer close(h.ended)
		h.listen(heard)
	}()
	return h
}

func (h *hearing) Write(p []byte) (int, error) {
	h.pieces <- bytes.Clone(p)
	return len(p), nil
}

func (h *hearing) close() {
	close(h.pieces)
	<-h.ended
}

// listen passes on lines, and a line that does not end once nothing has come for a
// while: it is a question.
func (h *hearing) listen(heard func(string)) {
	var line []byte
	lines := 0
	flush := func() {
		text := pluginText(string(line))
		line = line[:0]
		if text == "" || lines >= pluginLines {
			return
		}
		if lines++; lines == pluginLines {
			text = "(what else it says is left out)"
		}
		heard(text)
	}
	defer func() { flush() }()
	pause := time.NewTimer(time.Hour)
	defer pause.Stop()
	for {
		select {
		case piece, open := <-h.pieces:
			if !open {
				return
			}
			for _, b := range piece {
				switch {
				case b == '\n' || b == '\r':
					flush()
				case len(line) < 4*pluginWidth:
					line = append(line, b)
				}
			}
			pause.Reset(promptPause)
		case <-pause.C:
			flush()
		}
	}
}

// pluginText makes one printable line of what a plugin says. Links stay whole,
// since a person has to open them; passwords and tokens do not.
func pluginText(line string) string {
	line = terminalCodes.ReplaceAllString(strings.ToValidUTF8(line, ""), "")
	line = strings.Join(strings.Fields(kube.CleanText(line, 4*pluginWidth)), " ")
	if runes := []rune(line); len(runes) > pluginWidth {
		line = string(runes[:pluginWidth]) + "…"
	}
	var out strings.Builder
	from := 0
	for _, at := range address.FindAllStringIndex(line, -1) {
		out.WriteString(secret.ReplaceAllString(line[from:at[0]], hidden))
		out.WriteString(openableLink(line[at[0]:at[1]]))
		from = at[1]
	}
	out.WriteString(secret.ReplaceAllString(line[from:], hidden))
	return out.String()
}

// terminalCodes are the sequences by which programs colour what they write.
var terminalCodes = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])`)

// secretParameter is a part of a link that hands out what it is to get.
var secretParameter = regexp.MustCompile(`(?i)([?&#](?:access_token|id_token|refresh_token|client_secret|password|token)=)[^&#\s]*`)

// openableLink leaves out of a link the password, and parameters that are secrets.
func openableLink(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.User != nil {
		u.User = nil
		raw = u.String()
	}
	return secretParameter.ReplaceAllString(raw, "${1}"+hidden)
}
