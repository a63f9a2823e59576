# The JSON files are the only definitions: gcloud reads them as they are, and this file maps them to resources.
# monitoring.test.ts checks that every field of the files is mapped.

terraform {
  required_version = ">= 1.3"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
  }
}

variable "project" {
  description = "The id of the Google Cloud project of the functions."
  type        = string
}

variable "notification_channel" {
  description = "The channel that is notified: projects/PROJECT/notificationChannels/ID."
  type        = string
  validation {
    condition     = can(regex("^projects/[^/]+/notificationChannels/[^/]+$", var.notification_channel))
    error_message = "Must have the form projects/PROJECT/notificationChannels/ID."
  }
}

locals {
  metrics  = { for file in fileset(path.module, "metrics/*.json") : file => jsondecode(file("${path.module}/${file}")) }
  policies = { for file in fileset(path.module, "policies/*.json") : file => jsondecode(file("${path.module}/${file}")) }
}

resource "google_logging_metric" "all" {
  for_each = local.metrics

  project          = var.project
  name             = each.value.name
  description      = each.value.description
  filter           = each.value.filter
  label_extractors = each.value.labelExtractors
  value_extractor  = try(each.value.valueExtractor, null)

  metric_descriptor {
    metric_kind  = each.value.metricDescriptor.metricKind
    value_type   = each.value.metricDescriptor.valueType
    unit         = each.value.metricDescriptor.unit
    display_name = each.value.metricDescriptor.displayName

    dynamic "labels" {
      for_each = each.value.metricDescriptor.labels
      content {
        key         = labels.value.key
        value_type  = labels.value.valueType
        description = labels.value.description
      }
    }
  }

  dynamic "bucket_options" {
    for_each = try([each.value.bucketOptions.explicitBuckets], [])
    content {
      explicit_buckets {
        bounds = bucket_options.value.bounds
      }
    }
  }
}

resource "google_monitoring_alert_policy" "all" {
  for_each   = local.policies
  depends_on = [google_logging_metric.all]

  project               = var.project
  display_name          = each.value.displayName
  combiner              = each.value.combiner
  severity              = each.value.severity
  user_labels           = each.value.userLabels
  notification_channels = [var.notification_channel]

  documentation {
    content   = each.value.documentation.content
    mime_type = each.value.documentation.mimeType
  }

  dynamic "conditions" {
    for_each = each.value.conditions
    content {
      display_name = conditions.value.displayName

      condition_threshold {
        filter          = conditions.value.conditionThreshold.filter
        comparison      = conditions.value.conditionThreshold.comparison
        threshold_value = conditions.value.conditionThreshold.thresholdValue
        duration        = conditions.value.conditionThreshold.duration

        dynamic "aggregations" {
          for_each = conditions.value.conditionThreshold.aggregations
          content {
            alignment_period     = aggregations.value.alignmentPeriod
            per_series_aligner   = aggregations.value.perSeriesAligner
            cross_series_reducer = aggregations.value.crossSeriesReducer
            group_by_fields      = aggregations.value.groupByFields
          }
        }
      }
    }
  }

  alert_strategy {
    auto_close = each.value.alertStrategy.autoClose
  }
}

resource "google_monitoring_dashboard" "all" {
  project        = var.project
  dashboard_json = file("${path.module}/dashboard.json")
  depends_on     = [google_logging_metric.all]
}
