package cluster

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// failedCheck marks a check of /readyz that did not pass.
const failedCheck = "[-]"

// ofStatus is what the server itself answered.
func ofStatus(err error, a asked) string {
	var status apierrors.APIStatus
	if !asStatus(err, &status) {
		return ""
	}
	said, code := shorten(status.Status().Message), status.Status().Code
	switch {
	case apierrors.IsUnauthorized(err):
		return ofUnauthorized(a)
	case apierrors.IsForbidden(err) && apierrors.IsUnexpectedServerError(err):
		return a.server + " answered 403, but not as an API server does: a proxy or gateway in front of it may have refused; check the server address and the proxy"
	case apierrors.IsForbidden(err):
		return ofForbidden(said, a)
	case apierrors.IsTooManyRequests(err):
		return a.server + " asks to slow down (429): " + said
	case etcdTrouble(said) != "":
		return fmt.Sprintf("%s is not ready (%d): %s (%s)", a.server, code, etcdTrouble(said), said)
	case apierrors.IsServiceUnavailable(err), apierrors.IsInternalError(err) && strings.Contains(said, failedCheck):
		return fmt.Sprintf("%s is not ready (%d): %s", a.server, code, said)
	case code == http.StatusBadGateway:
		return a.server + " cannot be reached (502): a proxy or load balancer answers for it; check that it runs, or try again"
	case apierrors.IsInternalError(err): // often of what stands behind it: a kubelet, a webhook
		return fmt.Sprintf("%s could not do that (%d): %s", a.server, code, said)
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err):
		return a.server + " did not finish in time: " + said
	case apierrors.IsNotFound(err) && apierrors.IsUnexpectedServerError(err):
		return a.server + " does not have what was asked for (404): check the server address, its path included, in the kubeconfig"
	}
	return "the API server says: " + said
}

// etcdFaults are what the API server passes on of its store, each with what it means.
var etcdFaults = [...]struct{ said, means string }{
	{"etcdserver: leader changed", "its store changed its leader; try again"},
	{"etcdserver: no leader", "its store has no leader"},
	{"etcdserver: request timed out", "its store did not answer in time"},
	{"etcdserver: too many requests", "its store is overloaded"},
	{"etcdserver: mvcc: database space exceeded", "its store is full: nothing can be written"},
}

func etcdTrouble(said string) string {
	for _, fault := range etcdFaults {
		if strings.Contains(said, fault.said) {
			return fault.means
		}
	}
	return ""
}

// ofUnauthorized says with which credentials the server does not let anybody in.
func ofUnauthorized(a asked) string {
	kind, known := a.credentials()
	where := ""
	switch {
	case a.moved:
		where = ": " + a.elsewhere()
	case known && kind == byNothing:
		where = " without credentials (401), and the kubeconfig gives none: log in, or add a user to the context"
		return a.server + " lets nobody in" + where
	case known && !a.route.expired(a.now).IsZero():
		return a.server + " does not accept the client certificate (401): " + expiredAt(a.route.expired(a.now))
	case known && kind == byPlugin:
		where = " of the plugin " + a.route.plugin.name
		return a.server + " does not accept the credentials" + where + " (401): log in again with it" + goesOn(a)
	default:
		where = ": log in again" + goesOn(a)
	}
	return a.server + " does not accept the credentials (401)" + where
}

func goesOn(a asked) string {
	if a.waits {
		return ", and fader goes on by itself"
	}
	return ""
}

// anonymous is the user that the API server takes a request without credentials for.
const anonymous = `User "system:anonymous"`

func ofForbidden(said string, a asked) string {
	if !strings.Contains(said, anonymous) {
		return "not permitted (403): " + said
	}
	if kind, known := a.credentials(); known && kind == byNothing {
		return "not permitted (403): you came as system:anonymous, since the kubeconfig gives no credentials for this context: log in, or add a user to it · " + said
	}
	return "not permitted (403): you came as system:anonymous: the API server has not seen the kubeconfig's credentials, or does not know them; log in again · " + said
}

func asStatus(err error, status *apierrors.APIStatus) bool { return errors.As(err, status) }
