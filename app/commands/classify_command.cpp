// halftone classify: what the networks say of one image or of its pixels.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/insight_documents.h"
#include "app/invocation.h"

namespace halftone {

void addClassifyCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        ImageQuestion question;
        bool pixels = false;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "classify",
        "The most probable classes of one image (or of its pixels, or how near raw outputs come), in full precision, of an assignment and "
        "of an exported file");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option("image", options->question.image, "An image file, or test:INDEX for one of the test images")->required();
    command.add_option(
        "--assignment", options->question.assignment, "A saved name, fp32, or a width from 2 to 8 for all layers");
    command.add_option("--file", options->question.exported, "An exported file to ask as well");
    command.add_flag("--pixels", options->pixels,
        "Put the image as the networks saw it into the --json document: bytes of channels, rows and columns in base64; of segmentation "
        "the class of every pixel too");
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const ImageAnswers answers, classifyImage(study, options->question, invocation.task()));
        invocation.printJson(jsonOf(answers, options->pixels ? WithPixels::Yes : WithPixels::No));
        invocation.print(textOf(answers));
        return kDone;
    });
}

} // namespace halftone
