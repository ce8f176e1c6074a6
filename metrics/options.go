package metrics

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options say where Prometheus is and how to be let in. URL is needed.
type Options struct {
	// URL of the server, its path prefix included. A user and a password in it
	// are taken as Username and Password, and shown nowhere.
	URL string
	// Called names the server in sentences; "": Prometheus at its URL.
	Called string
	// RoundTripper makes the requests, e.g. through the API server's service
	// proxy; nil: a transport made from TLS. One that is given brings its own
	// credentials: those below would go to the API server, and are refused.
	RoundTripper http.RoundTripper

	BearerTokenFile    string // read anew for every request: tokens are rotated
	Username, Password string
	TLS                TLS
	// Headers that are sent with every request, each with the name of the
	// environment variable that holds its value.
	Headers map[string]string
	Getenv  func(string) string // nil: os.Getenv

	Timeout time.Duration // of one query; 10 s
	MaxBody int64         // bytes of one answer, unpacked; 32 MiB

	Clock func() time.Time // nil: time.Now
}

// TLS says whom to trust and as whom to appear. All are files' names.
type TLS struct {
	CA         string // PEM; "": the system's authorities
	Cert, Key  string // PEM, of a client certificate
	ServerName string
	Insecure   bool // the server's certificate is not looked at
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.MaxBody = cmp.Or(o.MaxBody, 32<<20)
	return o
}

// address is the URL without credentials, which move into the other options.
func (o *Options) address() (*url.URL, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		// The text itself may hold a password.
		return nil, errors.New("the URL of Prometheus has to be http://HOST:PORT or https://HOST:PORT, with a path where it has a prefix")
	}
	if u.User != nil {
		password, _ := u.User.Password()
		o.Username, o.Password = cmp.Or(o.Username, u.User.Username()), cmp.Or(o.Password, password)
		u.User = nil
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawQuery, u.Fragment, u.RawFragment = "", "", ""
	return u, nil
}

// check refuses what cannot be meant.
func (o Options) check() error {
	switch {
	case o.BearerTokenFile != "" && o.Username != "":
		return errors.New("both a bearer token file and a user are given for Prometheus: one of them has to go")
	case o.RoundTripper != nil && (o.BearerTokenFile != "" || o.Username != ""):
		return errors.New("the API server, through which Prometheus is reached, would get the credentials meant for Prometheus: leave them out")
	case o.RoundTripper != nil && o.TLS != TLS{}:
		return errors.New("the API server, through which Prometheus is reached, has the kubeconfig's certificates: leave those for Prometheus out")
	}
	return nil
}

// header is what is sent with every request besides credentials.
func (o Options) header() (http.Header, error) {
	h := http.Header{}
	for name, variable := range o.Headers {
		value := o.Getenv(variable)
		if value == "" {
			return nil, fmt.Errorf("the environment variable %s, which holds the header %s for Prometheus, is not set", variable, name)
		}
		h.Set(name, value)
	}
	return h, nil
}

// transport is the given one, or one that is made from the rest.
func (o Options) transport() (http.RoundTripper, error) {
	if o.RoundTripper != nil {
		return o.RoundTripper, nil
	}
	config, err := o.TLS.config()
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}, nil
}

func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{ServerName: t.ServerName, InsecureSkipVerify: t.Insecure, MinVersion: tls.VersionTLS12}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("read the CA file of Prometheus: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file of Prometheus, %s, holds no certificate in PEM", t.CA)
		}
	}
	if t.Cert != "" || t.Key != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("load the client certificate for Prometheus: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
