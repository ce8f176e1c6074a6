package metrics

import (
	"context"
	"time"

	promapi "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// querier answers queries of PromQL; a test puts another in its place.
type querier interface {
	query(ctx context.Context, expr string, at time.Time) (model.Value, promapi.Warnings, error)
}
