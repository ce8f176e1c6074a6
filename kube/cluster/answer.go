package cluster

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// foreignAnswer is an answer that no API server gives: something else stands at
// the address. It says what came, and what to do about it.
type foreignAnswer struct {
	kind   answerKind
	code   int    // HTTP status
	target string // of a redirect: scheme and host
	media  string // of otherType: the media type, sanitised
}

// answerKind is what makes an answer foreign.
type answerKind int

const (
	redirect  answerKind = iota // sends the request to another address
	webPage                     // HTML instead of an object
	otherType                   // neither JSON nor protobuf
	noBody                      // nothing where there must be an object
	plainHTTP                   // wants https and was asked with http
	noReadyz                    // not what an API server says at /readyz
)

// foreignSentences say for each kind what the address did and what to check. They
// follow the name of the server.
var foreignSentences = map[answerKind]func(foreignAnswer) string{
	redirect: func(a foreignAnswer) string {
		return fmt.Sprintf("answered with a redirect to %s: this is not an API server, so nothing was sent there; check the server address in the kubeconfig", a.target)
	},
	webPage: func(a foreignAnswer) string {
		return fmt.Sprintf("answered with a web page (HTTP %d): this is not an API server, or a login page stands in front of it; check the server address in the kubeconfig", a.code)
	},
	plainHTTP: func(foreignAnswer) string {
		return "wants https and was asked with http: write https:// in front of the server address in the kubeconfig"
	},
	noReadyz: func(a foreignAnswer) string {
		return fmt.Sprintf("does not answer /readyz as an API server does (HTTP %d): check the server address in the kubeconfig", a.code)
	},
	otherType: func(a foreignAnswer) string {
		return fmt.Sprintf("answered with %s (HTTP %d): this is not an API server; check the server address in the kubeconfig", a.media, a.code)
	},
	noBody: func(a foreignAnswer) string {
		return fmt.Sprintf("answered with an empty body (HTTP %d): this is not an API server; check the server address in the kubeconfig", a.code)
	},
}

func (a foreignAnswer) Error() string { return "the server " + a.sentence() }

func (a foreignAnswer) sentence() string { return foreignSentences[a.kind](a) }

// apiAnswers is a RoundTripper that lets through only what an API server can have
// answered. It never follows a redirect: the bearer token and the body of a patch
// would go to an address that nobody chose.
type apiAnswers struct {
	next http.RoundTripper
	path string // of the server's address, "" for none
}

func (a apiAnswers) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := a.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	foreign, found := recognise(response, a.path)
	if !found {
		return response, nil
	}
	response.Body.Close()
	return nil, foreign
}

// WrappedRoundTripper lets apimachinery reach the transport below.
func (a apiAnswers) WrappedRoundTripper() http.RoundTripper { return a.next }

// recognise reports what makes an answer foreign. A 401 is not: whoever gave it,
// credentials are missing.
func recognise(response *http.Response, base string) (foreignAnswer, bool) {
	code := response.StatusCode
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case isRedirect(code):
		return foreignAnswer{kind: redirect, code: code, target: redirectTarget(response)}, true
	case code == http.StatusUnauthorized:
	case code == http.StatusBadRequest && wantsTLS(response):
		return foreignAnswer{kind: plainHTTP, code: code}, true
	case media == "text/html" && !isGatewayError(code):
		return foreignAnswer{kind: webPage, code: code}, true
	case code/100 == 2 && answersObject(response.Request, base):
		return recogniseObject(response, media)
	}
	return foreignAnswer{}, false
}

// answersObject reports whether the API server answers this request with an
// object: always, but for its own health and the logs of containers.
func answersObject(request *http.Request, base string) bool {
	if request == nil {
		return false
	}
	path := strings.TrimSuffix(strings.TrimPrefix(request.URL.Path, base), "/")
	return (strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/apis/")) && !strings.HasSuffix(path, "/log")
}

// pathOf is the path of a server's address without a slash at its end.
func pathOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.Path, "/")
}

// recogniseObject reports what is wrong with a success that must hold an object.
func recogniseObject(response *http.Response, media string) (foreignAnswer, bool) {
	switch {
	case response.ContentLength == 0:
		return foreignAnswer{kind: noBody, code: response.StatusCode}, true
	case media != "" && media != "application/json" && media != protobuf:
		return foreignAnswer{kind: otherType, code: response.StatusCode, media: shorten(media)}, true
	}
	return foreignAnswer{}, false
}

func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// isGatewayError is what a load balancer answers, often as a page, whose API
// servers are down: the address is right, and it is worth trying again.
func isGatewayError(code int) bool {
	switch code {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// redirectTarget is where a redirect leads, without path and query: those may hold
// a token.
func redirectTarget(response *http.Response) string {
	to, err := response.Location()
	if err != nil || to.Host == "" {
		return "nowhere"
	}
	return origin(to)
}

// What servers that speak TLS say to a request without it: Go's (the API server
// itself), nginx, Apache and HAProxy in front of one.
var tlsWanted = [...]string{
	"client sent an http request to an https server",
	"plain http request was sent to https port",
	"speaking plain http to an ssl-enabled server port",
}

// wantsTLS reads the beginning of the body and puts it back.
func wantsTLS(response *http.Response) bool {
	if response.Request == nil || response.Request.URL.Scheme != "http" {
		return false
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	response.Body = unreadBody{io.MultiReader(bytes.NewReader(text), response.Body), response.Body}
	said := strings.ToLower(string(text))
	for _, words := range tlsWanted {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

// unreadBody is a body whose beginning was read already.
type unreadBody struct {
	io.Reader
	io.Closer
}
