// Every control in every state on one page, beside which the mock-ups are laid.
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>

namespace halftone {

// 1440 x 900, as the mock-up of the components.
std::unique_ptr<QWidget> makeComponentGallery();
// 720 x 900, as one half of the mock-up of the states.
std::unique_ptr<QWidget> makeStateGallery();

// The widget as it would be seen at this density.
QImage picture(QWidget& widget, double density);

} // namespace halftone
