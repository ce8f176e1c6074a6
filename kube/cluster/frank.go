package cluster

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// maxRefusal bounds how much of a refusal's body is read, in bytes.
const maxRefusal = 64 << 10

// frank is a RoundTripper that tells the caller of a "Retry-After" instead of
// letting client-go obey it. client-go would sleep and repeat the request up to
// ten times, deaf to the user: a list would hang without a reason shown, and a
// patch cancelled long ago would land after all.
type frank struct{ next http.RoundTripper }

func (f frank) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := f.next.RoundTrip(request)
	if err != nil || response.StatusCode < http.StatusBadRequest {
		return response, err
	}
	delay, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil {
		return response, nil // no delay asked for, so nothing to obey
	}
	response.Header.Del("Retry-After")
	if isStatus(response.Header.Get("Content-Type")) {
		return response, nil // carries its own details
	}
	return withDelay(response, delay)
}

// WrappedRoundTripper lets apimachinery reach the transport below.
func (f frank) WrappedRoundTripper() http.RoundTripper { return f.next }

func isStatus(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || media == protobuf)
}

// withDelay puts the plain text of a refusal and the delay it asks for into a
// metav1.Status, the form in which client-go hands both to its caller.
func withDelay(response *http.Response, seconds int) (*http.Response, error) {
	text, err := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure,
		Code:     int32(response.StatusCode),
		Reason:   refusals[response.StatusCode],
		Message:  string(bytes.TrimSpace(text)),
		Details:  &metav1.StatusDetails{RetryAfterSeconds: int32(min(max(seconds, 0), 3600))},
	})
	if err != nil {
		return nil, err
	}
	response.Header.Set("Content-Type", "application/json")
	response.Header.Del("Content-Length")
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, nil
}

var refusals = map[int]metav1.StatusReason{
	http.StatusTooManyRequests:     metav1.StatusReasonTooManyRequests,
	http.StatusServiceUnavailable:  metav1.StatusReasonServiceUnavailable,
	http.StatusInternalServerError: metav1.StatusReasonInternalError,
	http.StatusGatewayTimeout:      metav1.StatusReasonTimeout,
}
