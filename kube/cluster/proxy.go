package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// Service that is reached through the API server's service proxy.
type Service struct {
	Namespace, Name string
	Port            string // number or name; "" fits only a Service whose one port has no name
	TLS             bool   // the API server speaks TLS with it, and trusts any certificate
}

// String is the Service's name in sentences.
func (s Service) String() string { return s.Namespace + "/" + s.Name }

// path below the API server's URL.
func (s Service) path() []string {
	name := s.Name
	if s.Port != "" || s.TLS {
		name += ":" + s.Port
	}
	if s.TLS {
		name = "https:" + name
	}
	return []string{"api", "v1", "namespaces", s.Namespace, "services", name, "proxy"}
}

// Proxied is the way to a Service: requests below URL, made with RoundTripper,
// reach it with the kubeconfig's credentials and the right to services/proxy.
type Proxied struct {
	URL          string
	RoundTripper http.RoundTripper
}

// Refusal is the API server's own answer in the Service's place. The sentence
// says what is missing; Status is that of HTTP.
type Refusal struct {
	Status   int
	Sentence string
}

func (r *Refusal) Error() string { return r.Sentence }

// Proxy is the way to a Service. It makes no network call.
func (c *Cluster) Proxy(to Service) (Proxied, error) {
	base, _, err := rest.DefaultServerUrlFor(c.route.Load().config)
	if err != nil {
		return Proxied{}, fmt.Errorf("find the API server's URL: %s", plain(err))
	}
	base.Path = "/" + strings.TrimPrefix(base.Path, "/") // else JoinPath makes a path that is none
	below := base.JoinPath(to.path()...)
	return Proxied{below.String(), proxied{next: routed{c}, below: below, to: to, user: c.User}}, nil
}

// proxied makes requests to one Service, and to nothing else: what it adds to
// them are the credentials for the cluster.
type proxied struct {
	next  http.RoundTripper
	below *url.URL
	to    Service
	user  string
}

func (p proxied) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != p.below.Scheme || request.URL.Host != p.below.Host || !strings.HasPrefix(path.Clean(request.URL.Path), p.below.Path+"/") {
		return nil, fmt.Errorf("the request is for another address than Service %s: it is not sent, since the cluster's credentials would go with it", p.to)
	}
	response, err := p.next.RoundTrip(request)
	if err != nil || response.StatusCode < http.StatusBadRequest {
		return response, err
	}
	return p.judge(request, response)
}

// judge tells the API server's own answers from the Service's.
func (p proxied) judge(request *http.Request, response *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	if why := p.refused(request, response.StatusCode, body); why != "" {
		return nil, &Refusal{response.StatusCode, why}
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response.Header.Del("Content-Length")
	return response, nil
}

// unreached is how the API server's answer begins where the Service gives none.
const unreached = "error trying to reach service: "

// refused is the sentence for an answer of the API server itself, "" for one of
// the Service.
func (p proxied) refused(request *http.Request, code int, body []byte) string {
	var status metav1.Status
	if json.Unmarshal(body, &status) != nil || status.Kind != "Status" || status.APIVersion != "v1" {
		if why, ok := strings.CutPrefix(string(body), unreached); ok {
			return fmt.Sprintf("the API server cannot reach Service %s: %s", p.to, shorten(why))
		}
		return ""
	}
	said := shorten(status.Message)
	switch code {
	case http.StatusUnauthorized:
		return "the API server does not accept the credentials (401): log in again"
	case http.StatusForbidden:
		return fmt.Sprintf("%s may not %s services/proxy in namespace %s: Service %s is reached through the API server, which wants that right", p.who(), verb(request), p.to.Namespace, p.to)
	case http.StatusNotFound:
		return fmt.Sprintf("there is no Service %s", p.to)
	}
	return fmt.Sprintf("the API server cannot reach Service %s: %s", p.to, strings.TrimPrefix(said, unreached))
}

func (p proxied) who() string {
	if p.user == "" {
		return "the kubeconfig's user"
	}
	return p.user
}

// verb of the right that a request takes.
func verb(request *http.Request) string {
	if request.Method == http.MethodPost {
		return "create"
	}
	return "get"
}
