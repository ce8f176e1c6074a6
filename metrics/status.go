package metrics

// A label that should tell how a request ended may have any words in it: HTTP statuses,
// gRPC's names and numbers, words of the application. What fader does not know says neither
// that a request failed nor that it did not.

const (
	httpFailed = `5(\d\d|[xX]{2})(\W.*)?` // 503, 5xx, 503 Service Unavailable
	httpServed = `[1-4](\d\d|[xX]{2})(\W.*)?`

	// What a server is to blame for. "unknown" in other spellings is no code of gRPC's.
	grpcFailed = `Unknown|(?i:deadline_?exceeded|unimplemented|internal|unavailable|data_?loss)|` + grpcFailedNumbers
	// 1 is "cancelled" for gRPC and a failure for many others: it is left out.
	grpcServed = `(?i:cancell?ed|invalid_?argument|not_?found|already_?exists|permission_?denied|resource_?exhausted|` +
		`failed_?precondition|aborted|out_?of_?range|unauthenticated)|0|3|5|6|7|8|9|10|11|16`
	grpcFailedNumbers = `2|4|12|13|14|15`

	wordFailed = `(?i:err|errors?|fail|failed|failures?|fault|exception|server[ _-]?error)`
	wordServed = `(?i:ok|success|successful|succeeded|client[ _-]?error|redirect|redirection|informational)`
)

// status is a label that libraries fill in many ways.
func status(label string) Failure {
	return Failure{label, httpFailed + "|" + grpcFailed + "|" + wordFailed, httpServed + "|" + grpcServed + "|" + wordServed}
}
