// Provenance to and from JSON.
#include "core/store/provenance.h"

#include <nlohmann/json.hpp>

namespace halftone {

using nlohmann::json;

std::string toJson(const Provenance& provenance)
{
    const json document = {
        {"seed", provenance.seed},
        {"threads", provenance.threads},
        {"cpuName", provenance.cpuName},
        {"codeVersion", provenance.codeVersion},
        {"libraryVersions", provenance.libraryVersions},
        {"dataHash", provenance.dataHash},
        {"modelHash", provenance.modelHash},
    };
    return document.dump(-1, ' ', false, json::error_handler_t::replace); // names of files and processors may be no UTF-8
}

Result<Provenance> provenanceFromJson(std::string_view text)
{
    const Error wrong{
        ErrorCode::Corrupt, "The provenance of a result in the study cannot be read; the file was changed by another program."};
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object()) return wrong;
    try {
        Provenance provenance;
        provenance.seed = document.value("seed", provenance.seed);
        provenance.threads = document.value("threads", provenance.threads);
        provenance.cpuName = document.value("cpuName", provenance.cpuName);
        provenance.codeVersion = document.value("codeVersion", provenance.codeVersion);
        provenance.libraryVersions = document.value("libraryVersions", provenance.libraryVersions);
        provenance.dataHash = document.value("dataHash", provenance.dataHash);
        provenance.modelHash = document.value("modelHash", provenance.modelHash);
        return provenance;
    } catch (const json::exception&) {
        return wrong;
    }
}

} // namespace halftone
