// A report about an invented study of a CIFAR ResNet-20, for tests and for the eye. Every number in it is made up.
#pragma once

#include "core/export/report_data.h"

namespace halftone {

ReportData sampleReport();

} // namespace halftone
