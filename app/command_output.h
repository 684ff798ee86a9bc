// CommandOutput: where a command's texts and its document go.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/task_context.h"

namespace halftone {

struct OutputOptions {
    bool json = false; // one document instead of text
    bool quiet = false; // nothing but errors
};

class CommandOutput {
public:
    virtual ~CommandOutput() = default;
    virtual void begin(const OutputOptions& options) = 0; // once the command's options are known
    virtual ProgressSink* sink() = 0; // until end(); may be absent
    virtual void print(const std::string& text) = 0; // for people
    virtual void document(const std::string& json) = 0;
    virtual void end(const Status& done) = 0;
};

} // namespace halftone
